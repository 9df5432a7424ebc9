namespace IdempotencyGateway.Load.Scenarios;

/// <summary>One side of a comparison: which server answers, and whether every request has a key of its own.</summary>
/// <param name="Side">Short, as the report calls it.</param>
/// <param name="FreshKeys">True: every request is a first call. False: one key, so all but the first are replays.</param>
internal sealed record Scenario(string Side, bool FreshKeys, Func<LoadServers, Task<Uri>> Start)
{
    public static Scenario FirstCallSqlite { get; } = new("first call, SQLite", FreshKeys: true, servers => servers.GatewayAsync());

    public static Scenario FirstCallPlain { get; } = new("first call, not encrypted", FreshKeys: true, servers => servers.GatewayInPlainAsync());

    public static Scenario FirstCallRedis { get; } = new("first call, Redis", FreshKeys: true, servers => servers.GatewayOnRedisAsync());

    public static Scenario Unguarded { get; } = new("unguarded route", FreshKeys: true, servers => servers.GatewayAsync(guarded: false));

    public static Scenario BareYarp { get; } = new("bare YARP", FreshKeys: true, servers => servers.BareYarpAsync());

    public static Scenario ReplayMemory { get; } = new("replay, memory", FreshKeys: false, servers => servers.GatewayAsync());

    public static Scenario BareKestrel { get; } = new("bare Kestrel", FreshKeys: false, servers => servers.BareKestrelAsync());
}
