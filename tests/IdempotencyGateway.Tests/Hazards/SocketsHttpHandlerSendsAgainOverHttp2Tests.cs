using System.Net;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Hazards;

/// <summary>
/// Over HTTP/2, .NET's HTTP client re-sends a request, with or without a body, after REFUSED_STREAM or a GOAWAY with an earlier last
/// stream. By RFC 9113 (section 8.7) the provider has not processed the request then, but a faulty provider may have.
/// If a test fails, .NET has changed, and the gateway's forwarding must be reviewed.
/// </summary>
public sealed class SocketsHttpHandlerSendsAgainOverHttp2Tests
{
    private static readonly Http2Step Refused = Http2Step.AfterBody.ResetStream(Http2Error.RefusedStream);
    private static readonly Http2Step Disowned = Http2Step.AfterBody.GoAway(includingThisStream: false);

    public static TheoryData<string, string?> Cases => new()
    {
        { nameof(Refused), null }, { nameof(Refused), "" }, { nameof(Refused), "{}" },
        { nameof(Disowned), null }, { nameof(Disowned), "" }, { nameof(Disowned), "{}" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_disowned_stream_is_delivered_four_times_with_or_without_a_body(string step, string? body)
    {
        await using var provider = ScriptedHttp2Provider.Start(StepNamed(step));
        using var client = BareClient.Http2();

        var failed = await client.Fails(client.Request("POST", provider.Address, body is null ? null : new StringContent(body)));

        Assert.Equal(HttpRequestError.HttpProtocolError, failed.HttpRequestError);
        Assert.Equal((4, 4), (provider.Deliveries.Count, provider.CompleteRequests.Count));
    }

    [Theory]
    [InlineData(nameof(Refused))]
    [InlineData(nameof(Disowned))]
    public async Task Content_that_refuses_to_be_read_twice_still_lets_second_HEADERS_out(string step)
    {
        await using var provider = ScriptedHttp2Provider.Start(StepNamed(step));
        using var client = BareClient.Http2();

        await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(client.Request("POST", provider.Address, new OneShotContent())));

        await provider.Delivered(2);
        Assert.Single(provider.CompleteRequests);
    }

    private static Http2Step StepNamed(string name) => name == nameof(Refused) ? Refused : Disowned;

    private sealed class OneShotContent : HttpContent
    {
        private int _read;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            Interlocked.Increment(ref _read) == 1
                ? stream.WriteAsync("{}"u8.ToArray()).AsTask()
                : throw new InvalidOperationException("already sent");

        protected override bool TryComputeLength(out long length)
        {
            length = 2;
            return true;
        }
    }
}
