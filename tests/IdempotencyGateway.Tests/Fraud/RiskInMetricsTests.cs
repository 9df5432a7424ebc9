using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>The metrics of scored requests as an operator scrapes them; <c>RiskMetricsTests</c> covers how each is computed.</summary>
public sealed class RiskInMetricsTests : FraudTest
{
    [Fact]
    public async Task Scores_reasons_verdicts_and_sources_show_and_a_replay_shows_apart()
    {
        var profile = Profile(List()) with { Velocity = [new(VelocityBy.Ip, [VelocityWindow.Minute], Soft: 100, Hard: 200)], Actions = new Dictionary<RiskLevel, RiskAction> { [RiskLevel.High] = RiskAction.Block.Instance } };
        var gateway = await StartAsync(profile, setup => setup.Admin = true);
        await gateway.AskAsync(From(Listed, "k"));
        await gateway.AskAsync(From(Listed, "k"));
        await gateway.AskAsync(From(Quiet, "k-2"));
        using var client = new HttpClient();

        string[] expected =
        [
            """idempotency_gateway_risk_score_count{origin="scored",route="guarded"} 2""", """idempotency_gateway_risk_score_count{origin="recorded",route="guarded"} 1""",
            """idempotency_gateway_risk_score_bucket{origin="scored",route="guarded",le="20.0"} 1""", """idempotency_gateway_risk_reasons_total{reason="IP_LISTED"} 1""",
            """idempotency_gateway_risk_verdicts_total{action="annotate",level="elevated",route="guarded"} 1""", """idempotency_gateway_risk_source_duration_seconds_count{source="sightings"} 2""",
        ];
        // A request is counted after it is answered.
        await Eventually.TrueAsync("all metrics show", async () =>
        {
            var lines = (await client.GetStringAsync(new Uri(gateway.AdminAddress!, "/metrics"))).Split('\n');
            return expected.All(lines.Contains);
        });
    }
}
