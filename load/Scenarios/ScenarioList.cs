namespace IdempotencyGateway.Load.Scenarios;

/// <summary>Every scenario there is.</summary>
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

    /// <summary>Null when none is called that. Capitals do not matter.</summary>
    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
