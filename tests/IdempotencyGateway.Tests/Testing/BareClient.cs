using System.Net;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>.NET's HTTP client, configured as YARP configures its own, for calling a provider without a gateway.</summary>
public static class BareClient
{
    public static HttpClient Http11(Action<SocketsHttpHandler>? configure = null) => Make(HttpVersion.Version11, configure);

    /// <summary>A client that speaks only HTTP/2, in cleartext with prior knowledge.</summary>
    public static HttpClient Http2(Action<SocketsHttpHandler>? configure = null) => Make(HttpVersion.Version20, configure);

    /// <summary>Sends the request and returns the exception with which it failed. A response, if one begins, is read to its end.</summary>
    public static async Task<HttpRequestException> Fails(this HttpClient client, HttpRequestMessage request) =>
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request).OrGiveUp());

    /// <summary>Creates a request with the client's default HTTP version, which <c>SendAsync</c> does not apply to it.</summary>
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
