namespace IdempotencyGateway.Load.Scenarios;

/// <summary>All scenarios.</summary>
internal static class ScenarioList
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new Direct(), new BareYarp(), new BareKestrel(), new BareYarpImages(),
        new PassThrough(),
        new FirstCallSqlite(), new FirstCallRedis(), new FirstCallRedLock(),
        new ReplayMemory(), new ReplaySqlite(), new ReplayRedis(), new ReplayRedisMemory(),
        new DuplicateStorm(), new Mismatch(), new MixedRetry(), new LargeImages(), new SlowProvider(), new StoreDown(),
        new FraudOff(), new FraudOn(), new FraudCounted(), new EncryptionOff(), new ManyReplicas(), new FilledSqlite(), new FilledRedis(),
        new NginxFirstCall(), new NginxReplay(),
    ];

    /// <summary>Finds a scenario by name, ignoring case; null when there is none.</summary>
    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
