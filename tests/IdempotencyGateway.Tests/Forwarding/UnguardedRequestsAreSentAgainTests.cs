using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>
/// The same requests on an unguarded route: one client request becomes up to four deliveries, because the HTTP client below YARP re-sends on its own.
/// Guarded routes prevent these re-sends, too, not only the repetition of client retries.
/// </summary>
public sealed class UnguardedRequestsAreSentAgainTests
{
    [Theory]
    [InlineData("POST with JSON", 1)]
    [InlineData("POST with Content-Length: 0", 1)]
    [InlineData("POST in chunks", 1)]
    [InlineData("POST without body or Content-Length", 4)]
    [InlineData("DELETE without body", 4)]
    [InlineData("POST that expects 100-continue", 4)]
    public async Task A_request_that_an_HTTP11_provider_closes_on_without_an_answer_is_sent_again(string shape, int deliveries)
    {
        await using var provider = EitherProvider.Start(Step.AfterHead.Close());
        await using var gateway = await Asking.Guard(provider);

        var answer = await gateway.Ask(Shape.Of(shape, "k-1", "/open/session/"));

        Assert.Equal(502, answer.Status);
        Assert.Equal(deliveries, provider.Deliveries);
    }

    [Theory]
    [InlineData("POST without body or Content-Length")]
    [InlineData("DELETE without body")]
    public async Task A_request_whose_stream_an_HTTP2_provider_refuses_is_sent_four_times(string shape)
    {
        await using var provider = EitherProvider.Start(Http2Step.AfterBody.ResetStream(Http2Error.RefusedStream));
        await using var gateway = await Asking.Guard(provider);

        var answer = await gateway.Ask(Shape.Of(shape, "k-1", "/open/session/"));

        Assert.Equal(502, answer.Status);
        Assert.Equal(4, provider.Deliveries);
    }

    [Fact]
    public async Task Half_an_answer_passes_for_a_whole_one()
    {
        await using var provider = EitherProvider.Start(Step.AfterBody.AnswerUntilClose(201, "{\"session_id\":"));
        await using var gateway = await Asking.Guard(provider);

        var answer = await gateway.Ask(Shape.Of("POST with JSON", "k-1", "/open/session/"));

        Assert.Equal((201, "{\"session_id\":", true), (answer.Status, answer.Text, answer.Complete));
    }
}
