using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>Every named comparison, with what its figures have to be. Each is a figure of the README.</summary>
internal static class ComparisonList
{
    public static IReadOnlyList<Comparison> All { get; } =
    [
        new ThroughputComparison("first-call", new FirstCallSqlite(), new BareYarp(), Target.AtLeast(0.60, goal: 0.75)),
        new ThroughputComparison("first-call-redis", new FirstCallRedis(), new BareYarp(), Target.AtLeast(0.55, goal: 0.70)),
        new ThroughputComparison("first-call-redlock", new FirstCallRedLock(), new BareYarp()),
        new AddedLatencyComparison("latency-sqlite", new FirstCallSqlite(), new BareYarp(), Target.AtMost(0.35, goal: 0.25)),
        new AddedLatencyComparison("latency-redis", new FirstCallRedis(), new BareYarp(), Target.AtMost(0.25, goal: 0.15)),
        new ThroughputComparison("replay", new ReplayMemory(), new BareKestrel(), Target.AtLeast(0.85, goal: 0.95)),
        new ThroughputComparison("replay-redis", new ReplayRedis(), new BareKestrel(), Target.AtLeast(0.40, goal: 0.50)),
        new ThroughputComparison("replay-sqlite", new ReplaySqlite(), new BareKestrel()),
        new ThroughputComparison("pass-through", new PassThrough(), new BareYarp(), Target.AtLeast(0.97, goal: 1.00)),
        new ThroughputComparison("images", new LargeImages(), new BareYarpImages(), Target.AtLeast(0.70, goal: 0.85)),
        new ThroughputComparison("encryption", new FirstCallSqlite(), new EncryptionOff(), Target.AtLeast(0.97)),
        new ThroughputComparison("fraud-local", new FraudOn(), new FraudOff(), Target.AtLeast(0.95)),
        new ThroughputComparison("fraud-counted", new FraudCounted(), new FraudOff()),
        new ThroughputComparison("nginx-first-call", new FirstCallRedis(), new NginxFirstCall(), Target.AtLeast(1.3, goal: 2)),
        new ThroughputComparison("nginx-replay", new ReplayRedisMemory(), new NginxReplay(), Target.AtLeast(1.2, goal: 1.5)),
        new DuplicatesAtOnce("duplicates", Target.AtMost(200, goal: 100)),
        new MemoryComparison("memory", new FirstCallSqlite(), new BareYarp(), Target.AtMost(1.4, goal: 1.2), Target.AtMost(1.6, goal: 1.3)),
        new StartComparison("start", Target.AtMost(1.5)),
        new PublishedStart("start-published", Target.AtMost(0.5, goal: 0.3)),
        new SlowdownComparison("filled-sqlite", new FilledSqlite(), new FirstCallSqlite(), Target.AtMost(1.3, goal: 1.1)),
        new SlowdownComparison("filled-redis", new FilledRedis(), new FirstCallRedis(), Target.AtMost(1.05)),
    ];

    /// <summary>Null when none is called that.</summary>
    public static Comparison? Find(string name) => All.FirstOrDefault(comparison => comparison.Name.Equals(name, StringComparison.Ordinal));
}
