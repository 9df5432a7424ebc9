using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>All named comparisons with the targets of their figures. load/README.md lists the same.</summary>
internal static class ComparisonList
{
    public static IReadOnlyList<Comparison> All { get; } =
    [
        SideBySide.Throughput("first-call", new FirstCallSqlite(), new BareYarp(), Target.AtLeast(0.60, goal: 0.75)),
        SideBySide.Throughput("first-call-redis", new FirstCallRedis(), new BareYarp(), Target.AtLeast(0.55, goal: 0.70)),
        SideBySide.Throughput("first-call-redlock", new FirstCallRedLock(), new BareYarp()),
        SideBySide.AddedLatency("latency-sqlite", new FirstCallSqlite(), new BareYarp(), Target.AtMost(0.35, goal: 0.25)),
        SideBySide.AddedLatency("latency-redis", new FirstCallRedis(), new BareYarp(), Target.AtMost(0.25, goal: 0.15)),
        SideBySide.Throughput("replay", new ReplayMemory(), new BareKestrel(), Target.AtLeast(0.85, goal: 0.95)),
        SideBySide.Throughput("replay-redis", new ReplayRedis(), new BareKestrel(), Target.AtLeast(0.40, goal: 0.50)),
        SideBySide.Throughput("replay-sqlite", new ReplaySqlite(), new BareKestrel()),
        SideBySide.Throughput("pass-through", new PassThrough(), new BareYarp(), Target.AtLeast(0.97, goal: 1.00)),
        SideBySide.Throughput("images", new LargeImages(), new BareYarpImages(), Target.AtLeast(0.70, goal: 0.85)),
        SideBySide.Throughput("encryption", new FirstCallSqlite(), new EncryptionOff(), Target.AtLeast(0.97)),
        SideBySide.Throughput("fraud-local", new FraudOn(), new FraudOff(), Target.AtLeast(0.95)),
        SideBySide.Throughput("fraud-counted", new FraudCounted(), new FraudOff()),
        SideBySide.AddedLatency("latency-fraud", new FraudOn(), new FraudOff(), Target.AtMost(0.1)),
        SideBySide.Throughput("nginx-first-call", new FirstCallRedis(), new NginxFirstCall(), Target.AtLeast(1.3, goal: 2)),
        SideBySide.Throughput("nginx-replay", new ReplayRedisMemory(), new NginxReplay(), Target.AtLeast(1.2, goal: 1.5)),
        new DuplicatesAtOnce("duplicates", Target.AtMost(200, goal: 100)),
        new MemoryComparison("memory", new FirstCallSqlite(), new BareYarp(), Target.AtMost(1.4, goal: 1.2), Target.AtMost(1.6, goal: 1.3)),
        new StartComparison("start", Target.AtMost(1.5)),
        new StartComparison("start-published", Target.AtMost(0.5, goal: 0.3), isPublished: true),
        SideBySide.Slowdown("filled-sqlite", new FilledSqlite(), new FirstCallSqlite(), Target.AtMost(1.3, goal: 1.1)),
        SideBySide.Slowdown("filled-redis", new FilledRedis(), new FirstCallRedis(), Target.AtMost(1.05)),
    ];

    /// <returns>Null when there is no comparison of this name.</returns>
    public static Comparison? Find(string name) => All.FirstOrDefault(comparison => comparison.Name.Equals(name, StringComparison.Ordinal));
}
