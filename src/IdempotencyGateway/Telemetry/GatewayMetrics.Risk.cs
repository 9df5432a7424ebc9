using System.Diagnostics.Metrics;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Telemetry;

/// <summary>The results of fraud scoring, and how its sources performed.</summary>
public sealed partial class GatewayMetrics
{
    private static readonly InstrumentAdvice<int> ScoreBuckets = new() { HistogramBucketBoundaries = [0, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 100] };

    private Histogram<int> _riskScores = null!;
    private Counter<long> _riskVerdicts = null!;
    private Counter<long> _riskReasons = null!;
    private Counter<long> _riskDegraded = null!;
    private Counter<long> _riskSourceErrors = null!;
    private Counter<long> _riskSourceCache = null!;
    private Histogram<double> _riskDuration = null!;
    private Histogram<double> _riskSourceDuration = null!;

    /// <param name="isScored">True when scored now, false for the recorded verdict of a replayed answer.</param>
    internal void RiskReported(string route, Verdict verdict, bool isScored)
    {
        _riskScores.Record(verdict.Score, new("route", route), new("origin", isScored ? "scored" : "recorded"));
        if (!isScored)
            return;
        _riskVerdicts.Add(1, new("route", route), new("level", verdict.Level.Label()), new("action", verdict.Action.Label()));
        // The codes are a closed set: they never contain an external service's own reasons.
        foreach (var reason in verdict.Reasons)
            _riskReasons.Add(1, new KeyValuePair<string, object?>("reason", reason.Code));
        if (verdict.Degraded)
            _riskDegraded.Add(1, new KeyValuePair<string, object?>("route", route));
    }

    internal void RiskTook(string route, TimeSpan duration) => _riskDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("route", route));

    /// <param name="source">"sightings", or a name from the configuration.</param>
    internal void RiskSourceAnswered(string source, TimeSpan duration) =>
        _riskSourceDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("source", source));

    internal void RiskSourceFailed(string source) => _riskSourceErrors.Add(1, new KeyValuePair<string, object?>("source", source));

    /// <summary>A lookup in the cache of a service's answers.</summary>
    internal void RiskSourceRecalled(string source, bool isHit) => _riskSourceCache.Add(1, new("source", source), new("result", isHit ? "hit" : "miss"));

    private void CreateRisk()
    {
        _riskScores = Meter.CreateHistogram("idempotency_gateway.risk.score", null, "Scores of requests, 0 to 100.", tags: null, ScoreBuckets);
        _riskVerdicts = Meter.CreateCounter<long>("idempotency_gateway.risk.verdicts", "{request}", "Requests that were scored, by level and by what was done.");
        _riskReasons = Meter.CreateCounter<long>("idempotency_gateway.risk.reasons", "{reason}", "What counted against requests.");
        _riskDegraded = Meter.CreateCounter<long>("idempotency_gateway.risk.degraded", "{request}", "Requests that were scored while a source was missing.");
        _riskSourceErrors = Meter.CreateCounter<long>("idempotency_gateway.risk.source_errors", "{error}", "Times that a source could not be asked, or its file not be read.");
        _riskSourceCache = Meter.CreateCounter<long>("idempotency_gateway.risk.source_cache", "{question}", "Questions to services whose answers are kept, by whether one was.");
        _riskDuration = Meter.CreateHistogram("idempotency_gateway.risk.duration", "s", "What scoring took.", tags: null, OwnBuckets);
        _riskSourceDuration = Meter.CreateHistogram("idempotency_gateway.risk.source_duration", "s", "What a request waited for a source.", tags: null, OwnBuckets);
    }
}
