using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>The limit of new keys per caller keeps one caller from filling the store.</summary>
public sealed class NewKeysTests : ExchangeTest
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_caller_that_has_used_up_its_new_keys_gets_its_old_answers_and_others_go_on()
    {
        var gateway = await StartAsync();
        foreach (var key in new[] { "a", "b" })
            Assert.Equal("executed", (await gateway.PostAsync(key)).Source);

        var refused = await gateway.PostAsync("c");
        var retry = await gateway.PostAsync("a");
        var other = await gateway.PostAsync("c", caller: "caller-2");
        Assert.Null(await gateway.FindAsync("c"));
        _time.Advance(TimeSpan.FromMinutes(1));
        var later = await gateway.PostAsync("c");

        refused.AssertProblem(GatewayProblem.TooManyKeys, "c");
        Assert.Equal("60", refused.Headers["Retry-After"]);
        Assert.Equal(("replayed", "executed", "executed"), (retry.Source, other.Source, later.Source));
        Assert.Equal(4, Executions.Deliveries);
    }

    [Fact]
    public async Task A_key_that_was_freed_has_been_used_all_the_same()
    {
        var gateway = await StartAsync();
        foreach (var key in new[] { "a", "b" })
        {
            using var request = GatewayUnderTest.Post(key);
            request.Headers.Add("X-Simulate", "status=429");
            Assert.Equal(429, (await gateway.AskAsync(request)).Status);
        }

        (await gateway.PostAsync("c")).AssertProblem(GatewayProblem.TooManyKeys, "c");
    }

    [Fact]
    public async Task While_the_store_is_down_a_caller_without_new_keys_left_gets_what_the_route_configures()
    {
        var gateway = await StartAsync();
        foreach (var key in new[] { "a", "b" })
            await gateway.PostAsync(key);
        Store.BreakAll();

        (await gateway.PostAsync("a")).AssertProblem(GatewayProblem.StoreUnavailable, "a");
        Store.Mend();
    }

    private Task<GatewayUnderTest> StartAsync() => StartAsync(setup =>
    {
        setup.Clock = _time;
        setup.WrapStore = inner => new UnreliableStore(inner);
        setup.Adjust = snapshot => snapshot with { Limits = new() { NewKeysPerCaller = 2 }, Cache = new() { MaxBytes = 0 } };
    });
}
