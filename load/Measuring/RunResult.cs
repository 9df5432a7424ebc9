namespace IdempotencyGateway.Load.Measuring;

/// <summary>What one scenario's run came to, as reports keep it.</summary>
/// <param name="Load">How it was loaded, in words: "32 connections".</param>
/// <param name="ProcessorMicroseconds">What the servers under test spent on a request, on all processors.</param>
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

/// <summary>Something that a run had to keep to.</summary>
/// <param name="Found">What it was instead, or also.</param>
internal sealed record Check(string What, string Found, bool IsKept);
