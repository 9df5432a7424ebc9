namespace IdempotencyGateway.Load.Scenarios;

/// <summary>One side of a comparison: which server answers, and whether every request has a key of its own.</summary>
/// <param name="Side">Short, as the report calls it.</param>
/// <param name="FreshKeys">True: every request is a first call. False: one key, so all but the first are replays.</param>
internal sealed record Scenario(string Side, bool FreshKeys, Func<LoadServers, Task<Uri>> Start)
{
    public static Scenario FirstCallSqlite { get; } = new("first call, SQLite", FreshKeys: true, servers => servers.GatewayAsync());

    public static Scenario FirstCallPlain { get; } = new("first call, not encrypted", FreshKeys: true, servers => servers.GatewayInPlainAsync());

    public static Scenario FirstCallRedis { get; } = new("first call, Redis", FreshKeys: true, servers => servers.GatewayOnRedisAsync());

    /// <summary>Scored by look-ups in memory: a list of 100,000 networks, device and address checks.</summary>
    public static Scenario FirstCallScored { get; } = new("scored locally", FreshKeys: true, servers => servers.ScoringGatewayAsync(""));

    /// <summary>And counted, by address and credential.</summary>
    public static Scenario FirstCallCounted { get; } = new("scored and counted", FreshKeys: true, servers => servers.ScoringGatewayAsync(
        """, "Velocity": [ { "By": "Ip", "Windows": ["60s", "1h", "24h"] }, { "By": "Credential", "Windows": ["60s"] } ]"""));

    public static Scenario Unguarded { get; } = new("unguarded route", FreshKeys: true, servers => servers.GatewayAsync(guarded: false));

    public static Scenario BareYarp { get; } = new("bare YARP", FreshKeys: true, servers => servers.BareYarpAsync());

    public static Scenario ReplayMemory { get; } = new("replay, memory", FreshKeys: false, servers => servers.GatewayAsync());

    public static Scenario BareKestrel { get; } = new("bare Kestrel", FreshKeys: false, servers => servers.BareKestrelAsync());
}
