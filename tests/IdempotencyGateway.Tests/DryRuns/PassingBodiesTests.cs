using IdempotencyGateway.DryRuns;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.DryRuns;

/// <summary>In a dry run bodies stream through as on a route without a policy: in pieces, in any size, and even if they are never completed.</summary>
public sealed class PassingBodiesTests : DryRunTest
{
    private const int First = 300_000, Second = 2_000_000;

    [Theory]
    [InlineData(10 << 20, "send")]
    [InlineData(First, "body-too-large")]
    public async Task A_body_is_passed_on_piece_by_piece_and_as_it_was_framed(int limitInBytes, string would)
    {
        var gate = new Gate();
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            Assert.Null(context.Request.ContentLength);
            await context.Request.Body.ReadExactlyAsync(new byte[First]);
            half.SetResult();
            await context.Request.Body.ReadExactlyAsync(new byte[PiecewiseContent.MayStayBehind + Second]);
            context.Response.StatusCode = await context.Request.Body.ReadAsync(new byte[1]) == 0 ? 201 : 400;
        });
        var gateway = await StartDryBeforeAsync(provider.Address, policy => policy with { MaxRequestBodyBytes = limitInBytes }, Unhurried);
        using var request = GatewayUnderTest.Post("k");
        request.Content = new PiecewiseContent(First + PiecewiseContent.MayStayBehind, Second, gate);
        request.Headers.TransferEncodingChunked = true;

        var sending = gateway.AskAsync(request);
        if (await Task.WhenAny(half.Task, sending).OrGiveUp() == sending)
            Assert.Fail($"{(await sending).Status} before the provider had the first piece");
        Assert.Equal(0, gateway.BodyBytes);
        gate.Open();

        Assert.Equal(201, (await sending).Status);
        Assert.Equal([would], Told);
        Assert.Equal(0, gateway.Get<DryRunObserver>().CopiedBytes);
    }

    [Fact]
    public async Task Without_memory_to_look_at_it_a_body_passes_all_the_same()
    {
        var gateway = await StartDryAsync(
            policy => policy with { MaxRequestBodyBytes = 1 << 20 },
            setup => setup.Adjust = snapshot => snapshot with { Limits = new() { BufferedBodiesBytes = 1 << 20 } });

        Assert.Equal(201, (await PostAsync(gateway, "k", $$"""{"workflow_id":"w-1","more":"{{new string('x', First)}}"}""")).Status);

        Assert.Equal(["not_told"], Told);
    }

    [Theory]
    [InlineData("Content-Length: 1000\r\n\r\n{}", null)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n", 400)]
    public async Task A_body_that_breaks_off_ends_as_on_an_open_route_and_nothing_is_told(string rest, int? status)
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(201, "{}"));
        var gateway = await StartDryBeforeAsync(provider.Address);

        var dry = await BreakOffAsync(gateway, "/guarded/x", rest, leaves: status is null);
        await EndedAsync(gateway);
        var open = await BreakOffAsync(gateway, "/open/x", rest, leaves: status is null);

        Assert.Equal((status, status), (dry, open));
        Assert.Equal(["not_told"], Told);
        Assert.Equal(0, gateway.Get<DryRunObserver>().CopiedBytes);
    }

    [Fact]
    public async Task The_connection_goes_on_behind_a_body()
    {
        var gateway = await StartDryAsync();
        using var client = await RawClient.Connect(gateway.Address);
        foreach (var key in (string[])["a", "b"])
        {
            await client.Send(RawClient.Request(
                "POST", "/guarded/session/", GatewayUnderTest.SessionBody, new Field("x-api-key", "c"), new Field("Idempotency-Key", key), new Field("Content-Type", "application/json")));
            Assert.Equal(201, Answer.From((await client.ReadAnswer())!).Status);
        }
        Assert.Equal(["send", "send"], Told);
    }

    private static void Unhurried(GatewaySetup setup) => setup.Adjust = snapshot => snapshot with { Limits = new() { BodyPace = new() { BytesPerSecond = 0 } } };

    /// <returns>The status that the client got; null if it left, because then it depends on timing whether it gets one.</returns>
    private static async Task<int?> BreakOffAsync(GatewayUnderTest gateway, string path, string rest, bool leaves)
    {
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send($"POST {path} HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\n{rest}");
        if (!leaves)
            return (await client.ReadAnswer())?.Status;
        client.HalfClose();
        await client.ReadToEnd();
        return null;
    }
}
