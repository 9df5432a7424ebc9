using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>Bodies that are too large, truncated or malformed, or that exceed the memory budget: each is refused, and nothing is forwarded.</summary>
public sealed class BodyRefusalsTests : ExchangeTest
{
    private const string Head = "POST /guarded/echo HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: k\r\n";

    [Fact]
    public async Task A_body_announced_over_the_limit_is_refused_before_it_is_sent()
    {
        var gateway = await StartAsync(policy => policy with { MaxRequestBodyBytes = 1000 });

        var answer = await gateway.AskRawAsync(Head + "Content-Length: 1001\r\n\r\n");

        answer.AssertProblem(GatewayProblem.BodyTooLarge, "k");
        Assert.Equal("close", answer.Headers["Connection"]);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_taken()
    {
        var gateway = await StartAsync(policy => policy with { MaxRequestBodyBytes = 1000 });

        Assert.Equal(200, (await gateway.PostAsync("k", new string('x', 1000), "/guarded/echo")).Status);
    }

    [Fact]
    public async Task A_chunked_body_over_the_limit_is_refused_when_it_gets_there()
    {
        var gateway = await StartAsync(policy => policy with { MaxRequestBodyBytes = 1000 });
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send(Head + "Transfer-Encoding: chunked\r\n\r\n");
        await client.Send($"3e8\r\n{new string('x', 1000)}\r\n");
        await client.Send("1\r\nx\r\n");

        var answer = Answer.From((await client.ReadAnswer())!);

        answer.AssertProblem(GatewayProblem.BodyTooLarge, "k");
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_large_upload_over_the_limit_gets_its_answer_while_it_is_still_being_sent()
    {
        var gateway = await StartAsync(policy => policy with { MaxRequestBodyBytes = 1000 });
        using var request = GatewayUnderTest.Post("k", path: "/guarded/echo");
        request.Content = new ByteArrayContent(new byte[2_000_000]);

        var answer = await gateway.AskAsync(request);

        answer.AssertProblem(GatewayProblem.BodyTooLarge, "k");
        Assert.Equal(0, Executions.Deliveries);
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\nonly this")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n64\r\nonly this")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nwhol\r\n")]
    public async Task A_body_cut_short_is_never_forwarded(string rest)
    {
        var gateway = await StartAsync();
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send(Head + rest);
        client.HalfClose();

        var answer = await client.ReadAnswer();

        if (answer is not null)
            Answer.From(answer).AssertProblem(GatewayProblem.Malformed, "k");
        await gateway.StopAsync();
        Assert.Equal(0, Executions.Deliveries);
        Assert.Null(await gateway.FindAsync("k", "c"));
    }

    [Fact]
    public async Task A_client_that_resets_inside_its_body_leaves_nothing_behind()
    {
        var gateway = await StartAsync();
        using (var client = await RawClient.Connect(gateway.Address))
        {
            await client.Send(Head + "Content-Length: 100\r\n\r\nonly this");
            client.Reset();
        }

        await gateway.StopAsync();

        Assert.Equal(0, Executions.Deliveries);
        Assert.Equal(0, gateway.BodyBytes);
    }

    [Theory]
    [InlineData("zz\r\nxx\r\n0\r\n\r\n")]
    [InlineData("-1\r\nx\r\n0\r\n\r\n")]
    [InlineData("ffffffffffffffff\r\nx\r\n0\r\n\r\n")]
    [InlineData("ffffffffff\r\nx\r\n0\r\n\r\n")]
    [InlineData("1\r\nxx\r\n0\r\n\r\n")]
    [InlineData("1;ext=\"\nx\r\n0\r\n\r\n")]
    public async Task Chunks_that_cannot_be_read_are_refused(string chunks)
    {
        var gateway = await StartAsync();
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send(Head + "Transfer-Encoding: chunked\r\n\r\n" + chunks);

        var answer = Answer.From((await client.ReadAnswer())!);

        Assert.Contains(answer.Status, new[] { 400, 413 });
        Assert.Equal("close", answer.Headers["Connection"]);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task Beyond_the_memory_for_bodies_a_request_is_put_off_and_the_memory_comes_back()
    {
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with { Limits = new() { BufferedBodiesBytes = 200_000 } });
        var gate = HoldNext();
        var body = new string('x', 100_000);
        var holding = gateway.PostAsync("first", body, "/guarded/echo");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        var refused = await gateway.PostAsync("second", body, "/guarded/echo");
        gate.Release();
        var held = await holding;
        await gateway.WhenIdleAsync();
        var later = await gateway.PostAsync("second", body, "/guarded/echo");

        refused.AssertProblem(GatewayProblem.OutOfMemory, "second");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Equal((200, 200, "executed"), (held.Status, later.Status, later.Source));
        Assert.Equal(2, Executions.Total);
    }
}
