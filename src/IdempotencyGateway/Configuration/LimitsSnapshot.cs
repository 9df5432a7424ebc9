namespace IdempotencyGateway.Configuration;

/// <summary>What the gateway takes at once, from everybody and from each caller. Generous, and finite.</summary>
public sealed record LimitsSnapshot
{
    /// <summary>Clients' connections.</summary>
    public int Connections { get; init; } = 20_000;

    /// <summary>How many more may be open just to be told no. No setting; fewer where the process may have few files open.</summary>
    public int SurplusConnections { get; init; } = 256;

    /// <summary>How long one stays open on which nothing is under way.</summary>
    public TimeSpan IdleConnections { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Requests from head to answer.</summary>
    public int Requests { get; init; } = 10_000;

    public int RequestsPerCaller { get; init; } = 5_000;

    /// <summary>Guarded requests that ask the store and the provider.</summary>
    public int Executions { get; init; } = 5_000;

    public int ExecutionsPerCaller { get; init; } = 2_000;

    /// <summary>Duplicates that wait for another request's answer.</summary>
    public int Waiters { get; init; } = 5_000;

    public int WaitersPerCaller { get; init; } = 2_000;

    /// <summary>In <see cref="NewKeysWindow"/>.</summary>
    public int NewKeysPerCaller { get; init; } = 60_000;

    public TimeSpan NewKeysWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>All request bodies of guarded routes in memory together, in bytes; beyond it 503.</summary>
    public long BufferedBodiesBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>One caller's part of it, in bytes; beyond it 429.</summary>
    public long BufferedBodiesPerCallerBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>All answers in memory together that are not recorded yet, in bytes; what does not fit is passed on without being kept.</summary>
    public long HeldAnswersBytes { get; init; } = 256 * 1024 * 1024;

    public HeadLimits Head { get; init; } = new();

    public BodyPaceLimits BodyPace { get; init; } = new();
}

/// <summary>How large a request's head may be, and how slow.</summary>
public sealed record HeadLimits
{
    public int RequestLineBytes { get; init; } = 8 * 1024;

    /// <summary>All header lines together.</summary>
    public int HeadersBytes { get; init; } = 32 * 1024;

    public int MaxHeaders { get; init; } = 100;

    /// <summary>From its first byte to its last.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How slowly a request's body may arrive, and an answer be taken.</summary>
public sealed record BodyPaceLimits
{
    /// <summary>Bytes a second, over the time it has taken so far. 0 waits for ever.</summary>
    public int BytesPerSecond { get; init; } = 240;

    /// <summary>How long it may be slower at first.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);
}
