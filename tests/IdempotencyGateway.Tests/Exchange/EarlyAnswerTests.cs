using System.Security.Cryptography;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>Providers that answer before they have read the request: the pooled request body must not be released while it may still be being sent.</summary>
public sealed class EarlyAnswerTests : ExchangeTest
{
    [Fact]
    public async Task The_body_of_a_request_that_was_answered_early_goes_out_unchanged_while_others_take_and_return_buffers()
    {
        var gate = new Gate();
        var slow = new MemoryStream();
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            if (context.Request.Headers["Idempotency-Key"] != "early")
                return;
            await context.Response.Body.WriteAsync(new byte[10]);
            await context.Response.Body.FlushAsync();
            await gate.Opened;
            await context.Request.Body.CopyToAsync(slow);
            read.SetResult();
        });
        var gateway = await StartBeforeAsync(provider.Address);
        var body = RandomNumberGenerator.GetBytes(8_000_000);
        using var request = GatewayUnderTest.Post("early");
        request.Content = new ByteArrayContent(body);
        var early = gateway.AskAsync(request);
        await provider.Requests.Reached(1);

        for (var i = 0; i < 5; i++)
            await gateway.PostAsync($"other-{i}", new string('x', 8_000_000));
        gate.Open();
        await read.Task.OrGiveUp();

        Assert.Equal(200, (await early).Status);
        Assert.Equal(body, slow.ToArray());
    }

    [Fact]
    public async Task A_provider_that_answers_and_never_reads_leaves_no_memory_behind()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterHead.Answer(413, "{}").Close());
        var gateway = await StartBeforeAsync(provider.Address);
        using var request = GatewayUnderTest.Post("k");
        request.Content = new ByteArrayContent(new byte[8_000_000]);

        var answer = await gateway.AskAsync(request);
        await gateway.WhenIdleAsync();

        Assert.Contains(answer.Status, new[] { 413, 502 });
        Assert.Equal(0, gateway.BodyBytes);
        Assert.Single(provider.Deliveries);
    }
}
