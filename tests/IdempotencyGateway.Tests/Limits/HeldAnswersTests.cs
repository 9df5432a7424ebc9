using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>The memory budget for answers that are not recorded yet: an answer that does not fit still reaches its client, and the record says that the body was not retained.</summary>
public sealed class HeldAnswersTests : ExchangeTest
{
    private const int Large = 100_000;

    [Fact]
    public async Task An_answer_without_room_reaches_its_client_and_small_ones_are_kept_as_ever()
    {
        var gate = new Gate();
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            context.Response.StatusCode = 201;
            await context.Response.Body.WriteAsync(new byte[context.Request.Path == "/v3/small" ? 1000 : Large]);
            await context.Response.Body.FlushAsync();
            if (context.Request.Path == "/v3/held")
                await gate.Opened;
        });
        var gateway = await StartBeforeAsync(provider.Address, setup =>
        {
            setup.Admin = true;
            setup.Adjust = snapshot => snapshot with { Limits = new() { HeldAnswersBytes = 200_000 }, Cache = new() { MaxBytes = 0 } };
        });
        var held = gateway.PostAsync("held", path: "/guarded/held");
        await Eventually.TrueAsync("the first answer is held", () => gateway.Get<AnswerBudget>().UsedInBytes >= Large);

        var passedOn = await gateway.PostAsync("large", path: "/guarded/large", caller: "caller-2");
        var small = await gateway.PostAsync("small", path: "/guarded/small", caller: "caller-2");
        gate.Open();

        Assert.Equal((201, Large, "executed"), (passedOn.Status, passedOn.Body.Length, passedOn.Source));
        Assert.Equal((201, Large, "executed"), ((await held).Status, (await held).Body.Length, (await held).Source));
        Assert.Equal("executed", small.Source);
        Assert.Equal("replayed", (await gateway.PostAsync("small", path: "/guarded/small", caller: "caller-2")).Source);
        Assert.Equal(Large, (await gateway.PostAsync("held", path: "/guarded/held")).Body.Length);
        var problem = (await gateway.PostAsync("large", path: "/guarded/large", caller: "caller-2")).AssertProblem(GatewayProblem.NotRetained, "large");
        Assert.Equal(201, problem.GetProperty("provider_status").GetInt32());
        Assert.Equal(3, provider.Requests.Count);
        var scrape = await gateway.Client.GetStringAsync(new Uri(gateway.AdminAddress!, "/metrics")).OrGiveUp();
        Assert.Contains("""idempotency_gateway_limits_reached_total{limit="held_answers",scope="total"} 1""", scrape, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_that_wait_for_the_store_share_the_room()
    {
        await using var provider = await KestrelProvider.StartAsync(context => context.Response.Body.WriteAsync(new byte[Large]).AsTask());
        var gateway = await StartBeforeAsync(provider.Address, setup =>
        {
            setup.WrapStore = inner => new UnreliableStore(inner);
            // Room for one answer that waits to be recorded and one that is arriving.
            setup.Adjust = snapshot => snapshot with { Limits = new() { HeldAnswersBytes = 290_000 }, Cache = new() { MaxBytes = 0 } };
        });
        Store.Break(nameof(IIdempotencyStore.CompleteAsync));
        var answers = new[] { await gateway.PostAsync("a"), await gateway.PostAsync("b") };
        var whileItLasts = (await gateway.PostAsync("a"), await gateway.PostAsync("b"));
        Store.Mend();
        await gateway.WhenIdleAsync();

        Assert.All(answers, answer => Assert.Equal((200, Large, "unrecorded"), (answer.Status, answer.Body.Length, answer.Source)));
        Assert.Equal((Large, "unrecorded"), (whileItLasts.Item1.Body.Length, whileItLasts.Item1.Source));
        whileItLasts.Item2.AssertProblem(GatewayProblem.NotRetained, "b");
        Assert.Equal((Large, "replayed"), ((await gateway.PostAsync("a")).Body.Length, (await gateway.PostAsync("a")).Source));
        (await gateway.PostAsync("b")).AssertProblem(GatewayProblem.NotRetained, "b");
        Assert.Equal(2, provider.Requests.Count);
    }
}
