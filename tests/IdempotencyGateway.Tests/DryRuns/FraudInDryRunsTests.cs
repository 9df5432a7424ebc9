using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.DryRuns;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Fraud;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.DryRuns;

/// <summary>Fraud profiles have their own dry-run setting: on a route whose policy is in a dry run they behave as on a route without a policy.</summary>
public sealed class FraudInDryRunsTests : FraudTest
{
    [Fact]
    public async Task Every_request_is_scored_and_blocked_as_on_an_open_route()
    {
        var gateway = await StartAsync(Profile(List(FraudListUse.Block)), DryRun);

        (await gateway.AskAsync(From(Listed, "k"))).AssertProblem(GatewayProblem.Blocked, key: null);
        await gateway.AskAsync(From(Quiet, "k"));
        await gateway.AskAsync(From(Quiet, "k"));

        Assert.Equal([0, 0], Arrived.All.Select(seen => seen.Score));
    }

    [Fact]
    public async Task A_verdict_is_written_into_the_body_and_the_client_s_bytes_are_judged()
    {
        var gateway = await StartAsync(Profile(List()) with { InBody = JsonPointer.TryParse("/risk", out var place) ? place : null }, DryRun);
        var told = ToldWould.ListenTo(gateway);

        await gateway.AskAsync(From(Listed, "k"));
        await Eventually.TrueAsync("the first request has ended", () => gateway.Get<GatewayLimits>().Requests.Taken == 0);
        await gateway.AskAsync(From(Quiet, "k"));

        Assert.Equal(["send", "replay"], told);
        Assert.All(Arrived.All, seen => Assert.Contains("\"risk\":{\"score\":", Encoding.UTF8.GetString(seen.Body), StringComparison.Ordinal));
        Assert.Equal(2, Arrived.Count);
        Assert.Equal(0, gateway.Get<DryRunObserver>().CopiedBytes);
    }

    private static void DryRun(GatewaySetup setup) => setup.Policy = setup.Policy with { DryRun = true };
}
