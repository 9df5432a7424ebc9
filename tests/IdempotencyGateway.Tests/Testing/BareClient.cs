using System.Net;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>.NET's HTTP client with the settings that YARP gives the one below it, and no gateway around.</summary>
public static class BareClient
{
    public static HttpClient Http11(Action<SocketsHttpHandler>? configure = null) => Make(HttpVersion.Version11, configure);

    /// <summary>HTTP/2 in cleartext with prior knowledge, and nothing else.</summary>
    public static HttpClient Http2(Action<SocketsHttpHandler>? configure = null) => Make(HttpVersion.Version20, configure);

    /// <summary>The way in which the request failed; the answer, if one came, is read to its end.</summary>
    public static async Task<HttpRequestException> Fails(this HttpClient client, HttpRequestMessage request) =>
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request).OrGiveUp());

    /// <summary>A request in the client's own version, which <c>SendAsync</c> would not give it.</summary>
    public static HttpRequestMessage Request(this HttpClient client, string method, Uri address, HttpContent? content = null) =>
        new(new HttpMethod(method), address)
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
            Content = content,
        };

    private static HttpClient Make(Version version, Action<SocketsHttpHandler>? configure)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        };
        configure?.Invoke(handler);
        return new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }
}
