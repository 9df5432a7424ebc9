using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Hazards;

/// <summary>
/// .NET's HTTP client has one hook between its automatic re-sends and the wire. For each attempt, over HTTP/1.1 and HTTP/2, it calls
/// <see cref="SocketsHttpHandler.RequestHeaderEncodingSelector"/> for every header before it writes the head. An exception from there keeps
/// the attempt off the wire and ends the request, and a request for which the selector was never called was never written. These tests
/// count the calls for <c>Content-Length</c>, which every request with content of a known length carries once.
/// </summary>
public sealed class EveryAttemptAsksForHeaderEncodingsTests
{
    private static readonly HttpRequestOptionsKey<Counter> Attempts = new("attempts");

    [Theory]
    [InlineData("refused stream")]
    [InlineData("disowned by GOAWAY")]
    public async Task A_second_attempt_over_HTTP2_can_be_kept_off_the_wire(string failure)
    {
        await using var provider = ScriptedHttp2Provider.Start(failure == "refused stream"
            ? Http2Step.AfterBody.ResetStream(Http2Error.RefusedStream)
            : Http2Step.AfterBody.GoAway(includingThisStream: false));
        using var client = BareClient.Http2(OneAttempt);

        var (failed, attempts) = await Fail(client, provider.Address, new StringContent("{}"));

        Assert.IsType<InvalidOperationException>(Assert.IsType<HttpRequestException>(failed).InnerException);
        Assert.Equal(2, attempts);
        Assert.Single(provider.Deliveries);
    }

    [Fact]
    public async Task A_second_attempt_over_HTTP11_can_be_kept_off_the_wire()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterHead.Close());
        using var client = BareClient.Http11(OneAttempt);

        var (failed, attempts) = await Fail(client, provider.Address, new StringContent("{}"), expectContinue: true);

        Assert.IsType<InvalidOperationException>(Assert.IsType<HttpRequestException>(failed).InnerException);
        Assert.Equal(2, attempts);
        Assert.Single(provider.Deliveries);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_attempt_is_made_without_a_connection(int version)
    {
        using var closed = new ClosedPort();
        using var client = version == 1 ? BareClient.Http11(OneAttempt) : BareClient.Http2(OneAttempt);

        var (failed, attempts) = await Fail(client, closed.Address, new StringContent("{}"));

        Assert.Equal(HttpRequestError.ConnectionError, Assert.IsType<HttpRequestException>(failed).HttpRequestError);
        Assert.Equal(0, attempts);
    }

    [Fact]
    public async Task No_attempt_is_made_without_a_TLS_handshake()
    {
        await using var provider = ScriptedProvider.StartTls();
        using var client = BareClient.Http11(OneAttempt);

        var (_, attempts) = await Fail(client, provider.Address, new StringContent("{}"));

        Assert.Equal(0, attempts);
    }

    private static void OneAttempt(SocketsHttpHandler handler) => handler.RequestHeaderEncodingSelector = (name, request) =>
    {
        if (name == "Content-Length" && request.Options.TryGetValue(Attempts, out var attempts) && ++attempts.Count > 1)
            throw new InvalidOperationException("a second attempt");
        return null;
    };

    private static async Task<(Exception Failed, int Attempts)> Fail(
        HttpClient client, Uri address, HttpContent content, bool expectContinue = false)
    {
        using var request = client.Request("POST", address, content);
        request.Headers.ExpectContinue = expectContinue;
        var attempts = new Counter();
        request.Options.Set(Attempts, attempts);
        var failed = await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(request).OrGiveUp());
        return (failed, attempts.Count);
    }

    private sealed class Counter
    {
        public int Count { get; set; }
    }
}
