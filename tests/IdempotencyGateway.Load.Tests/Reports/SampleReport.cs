using System.Diagnostics;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Reports;

namespace IdempotencyGateway.Load.Tests.Reports;

/// <summary>A sample report with content in every section.</summary>
internal static class SampleReport
{
    public static Report Create() => new(
        new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        "2 processors, <test>",
        [Run("BareYarp", medianMs: 1, errors: 0), Run("First<Call>", medianMs: 2, errors: 3)],
        [
            new(
                "first-call",
                "FirstCallSqlite against BareYarp",
                [new("FirstCallSqlite", [new("throughput", "/s", [3000, 3100, 3200])]), new("BareYarp", [new("throughput", "/s", [5000, 5100, 5200])])],
                [new("throughput ratio", new(0.608, 0.55, 0.64), "", Target.AtLeast(0.60, goal: 0.75))]),
        ]);

    private static RunResult Run(string name, double medianMs, long errors)
    {
        var latencies = new LatencyHistogram();
        for (var i = 1; i <= 2000; i++)
            latencies.Record(TimeSpan.FromMilliseconds(medianMs * i / 1000));
        return new(
            name, "what it does", "32 connections", 10, 2000 + errors, 200, 150, LatencySummary.Of(latencies),
            [.. Enumerable.Range(0, 20).Select(i => new TimelinePoint(i * 0.5, 190 + i, medianMs, medianMs * 1.98, i == 7 ? errors : 0))],
            errors == 0 ? new Dictionary<string, long>() : new() { ["status 503 instead of 201"] = errors },
            [new("errors<=0%", errors == 0 ? "0%" : "0.15%", errors == 0)]);
    }
}
