using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Telemetry;

public sealed class RiskMetricsTests : MetricsTest
{
    private static readonly Dictionary<string, int> AsByDefault = [];

    [Fact]
    public void Scores_fall_into_buckets_that_tell_the_levels_apart_and_a_repeated_one_counts_as_such()
    {
        Metrics.RiskReported("r", Scoring(ReasonKinds.AnonymousVpn), isScored: true);
        Metrics.RiskReported("r", Scoring(ReasonKinds.TorExit, ReasonKinds.UserAgentBot), isScored: true);
        Metrics.RiskReported("r", Scoring(ReasonKinds.TorExit), isScored: false);

        Assert.Equal([0, 1, 1, 2], new[] { "10.0", "20.0", "50.0", "60.0" }.Select(InBucket));
        Assert.Equal(1, Value("""idempotency_gateway_risk_score_count{origin="recorded",route="r"}"""));
    }

    [Fact]
    public void Reasons_verdicts_and_degraded_ones_count_when_a_request_is_scored_and_not_when_its_verdict_is_repeated()
    {
        foreach (var isScored in new[] { true, false, false })
            Metrics.RiskReported("r", Scoring(ReasonKinds.TorExit) with { Degraded = true }, isScored);

        Assert.Equal(1, Value("""idempotency_gateway_risk_reasons_total{reason="TOR_EXIT"}"""));
        Assert.Equal(1, Value("""idempotency_gateway_risk_verdicts_total{action="annotate",level="elevated",route="r"}"""));
        Assert.Equal(1, Value("""idempotency_gateway_risk_degraded_total{route="r"}"""));
    }

    [Fact]
    public void What_was_asked_of_a_source_shows_by_its_name()
    {
        Metrics.RiskSourceAnswered("vendor", TimeSpan.FromMilliseconds(3));
        Metrics.RiskSourceFailed("vendor");
        Metrics.RiskSourceRecalled("vendor", isHit: true);

        Assert.Equal(0.003, Value("""idempotency_gateway_risk_source_duration_seconds_sum{source="vendor"}"""));
        Assert.Equal(1, Value("""idempotency_gateway_risk_source_errors_total{source="vendor"}"""));
        Assert.Equal(1, Value("""idempotency_gateway_risk_source_cache_total{result="hit",source="vendor"}"""));
    }

    private static Verdict Scoring(params ReasonKind[] reasons)
    {
        var findings = new Findings(RiskModel.TryCreate("tested", AsByDefault, AsByDefault, RiskLevels.Default, out _)!);
        foreach (var reason in reasons)
            findings.Raise(reason);
        return findings.Judge(DateTimeOffset.UnixEpoch, static _ => RiskAction.Annotate.Instance);
    }

    private double? InBucket(string bound) => Value($$"""idempotency_gateway_risk_score_bucket{origin="scored",route="r",le="{{bound}}"}""");

    private double? Value(string series) => ObservedGateway.Value(Text(), series);
}
