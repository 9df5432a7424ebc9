namespace IdempotencyGateway.Load.Scenarios;

/// <summary>Two sides whose ratio says something.</summary>
internal sealed record Comparison(string Name, Scenario Ours, Scenario Baseline)
{
    public static IReadOnlyList<Comparison> All { get; } =
    [
        new("first-call", Scenario.FirstCallSqlite, Scenario.BareYarp),
        new("encryption", Scenario.FirstCallSqlite, Scenario.FirstCallPlain),
        new("first-call-redis", Scenario.FirstCallRedis, Scenario.BareYarp),
        new("replay", Scenario.ReplayMemory, Scenario.BareKestrel),
        new("pass-through", Scenario.Unguarded, Scenario.BareYarp),
    ];
}
