namespace IdempotencyGateway.Load.Measuring;

/// <summary>The result of one scenario's run, as it is written to reports.</summary>
/// <param name="Load">The load in words: "32 connections".</param>
/// <param name="ProcessorMicroseconds">The processor time that the servers under test spent per request.</param>
internal sealed record RunResult(
    string Scenario,
    string Says,
    string Load,
    double Seconds,
    long Requests,
    double PerSecond,
    double ProcessorMicroseconds,
    LatencySummary Latency,
    IReadOnlyList<TimelinePoint> Timeline,
    IReadOnlyDictionary<string, long> Failures,
    IReadOnlyList<Check> Checks)
{
    public bool IsKept => Checks.All(check => check.IsKept);
}

/// <summary>A condition that a run had to meet.</summary>
/// <param name="Found">The actual value.</param>
internal sealed record Check(string What, string Found, bool IsKept);
