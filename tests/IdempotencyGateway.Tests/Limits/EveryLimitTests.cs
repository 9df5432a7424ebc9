using System.Globalization;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>
/// Each limit as a client meets it: the refusal, the metric, and that other callers are still served. (Not here: the memory for held answers, which refuses nobody,
/// <see cref="HeldAnswersTests"/>; limits of a single request's head and body rate, <see cref="HeadsTests"/>, <see cref="SlowBodiesTests"/>.)
/// </summary>
public sealed class EveryLimitTests : ExchangeTest
{
    private static readonly string Body = new('x', 100_000);

    [Theory]
    [InlineData(LimitedThing.Connections, false, "gateway-limit-reached")]
    [InlineData(LimitedThing.Requests, false, "gateway-limit-reached")]
    [InlineData(LimitedThing.Requests, true, "caller-limit-reached")]
    [InlineData(LimitedThing.Executions, false, "gateway-limit-reached")]
    [InlineData(LimitedThing.Executions, true, "caller-limit-reached")]
    [InlineData(LimitedThing.Waiters, false, "gateway-limit-reached")]
    [InlineData(LimitedThing.Waiters, true, "caller-limit-reached")]
    [InlineData(LimitedThing.NewKeys, true, "too-many-new-keys")]
    [InlineData(LimitedThing.BufferedBodies, false, "memory-budget-exhausted")]
    [InlineData(LimitedThing.BufferedBodies, true, "caller-limit-reached")]
    public async Task Who_meets_it_is_told_so_and_when_to_ask_again_it_is_counted_and_others_go_on(LimitedThing thing, bool ofCaller, string code)
    {
        await using var observed = await ObservedGateway.StartAsync(Provider.Address, setup =>
        {
            var listens = setup.Adjust;
            // The clock stands still, so that the window of new keys does not end during the test on a slow machine.
            setup.Clock = new ManualTimeProvider();
            setup.Adjust = snapshot => listens(snapshot) with { Limits = OneOf(thing, ofCaller) };
        });
        var gateway = observed.Gateway;
        var gate = HoldNext();
        var first = PostAsync(gateway, "first", "caller-1");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        var waiting = thing == LimitedThing.Waiters ? PostAsync(gateway, "first", "caller-1") : Task.FromResult<Answer>(null!);
        await Eventually.TrueAsync("the duplicate waits", () => thing != LimitedThing.Waiters || gateway.Get<GatewayLimits>().Waiters.Taken == 1);

        var refused = await PostAsync(gateway, thing == LimitedThing.Waiters ? "first" : "second", "caller-1");
        if (ofCaller)
            Assert.Equal("executed", (await PostAsync(gateway, "second", "caller-2")).Source);
        gate.Release();
        await Task.WhenAll(first, waiting);
        await gateway.WhenIdleAsync();
        await Eventually.TrueAsync("no request is in flight", () => gateway.Get<GatewayLimits>().Requests.Taken == 0);

        var problem = GatewayProblem.All.Single(problem => problem.Code == code);
        Assert.Equal((code, ofCaller ? 429 : 503, true), (refused.Json.GetProperty("code").GetString(), refused.Status, problem.Retryable));
        Assert.InRange(int.Parse(refused.Headers["Retry-After"]!, CultureInfo.InvariantCulture), 1, 60);
        await observed.ScrapeUntilAsync(
            $$"""idempotency_gateway_limits_reached_total{limit="{{LabelOf(thing)}}",scope="{{(ofCaller ? "caller" : "total")}}"} 1""",
            $$"""idempotency_gateway_problems_total{code="{{code}}"} 1""",
            """idempotency_gateway_requests_total{outcome="refused",route="guarded"} 1""");
        Assert.Equal("executed", (await first).Source);
        Assert.Equal("executed", (await PostAsync(gateway, "third", "caller-3")).Source);
        Assert.Equal(1, Executions.MostExecuted());
    }

    private static Task<Answer> PostAsync(GatewayUnderTest gateway, string key, string caller) => gateway.PostAsync(key, Body, "/guarded/echo", caller);

    private static LimitsSnapshot OneOf(LimitedThing thing, bool ofCaller) => (thing, ofCaller) switch
    {
        (LimitedThing.Connections, false) => new() { Connections = 1 },
        (LimitedThing.Requests, false) => new() { Requests = 1 },
        (LimitedThing.Requests, true) => new() { RequestsPerCaller = 1 },
        (LimitedThing.Executions, false) => new() { Executions = 1 },
        (LimitedThing.Executions, true) => new() { ExecutionsPerCaller = 1 },
        (LimitedThing.Waiters, false) => new() { Waiters = 1 },
        (LimitedThing.Waiters, true) => new() { WaitersPerCaller = 1 },
        (LimitedThing.NewKeys, true) => new() { NewKeysPerCaller = 1 },
        // A body's buffer has the next power of two as its size.
        (LimitedThing.BufferedBodies, false) => new() { BufferedBodiesBytes = 200_000 },
        (LimitedThing.BufferedBodies, true) => new() { BufferedBodiesPerCallerBytes = 200_000 },
        _ => throw new ArgumentOutOfRangeException(nameof(thing)),
    };

    private static string LabelOf(LimitedThing thing) => string.Concat(thing.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{letter}")).ToLowerInvariant();
}
