namespace IdempotencyGateway.Configuration;

/// <summary>The limits on concurrent work and memory, in total and for each caller. The defaults are generous, but finite.</summary>
public sealed record LimitsSnapshot
{
    /// <summary>Clients' connections.</summary>
    public int Connections { get; init; } = 20_000;

    /// <summary>How many connections beyond <see cref="Connections"/> may be open at once to be refused with an answer. Not a setting; lower if the process may open few files.</summary>
    public int SurplusConnections { get; init; } = 256;

    /// <summary>How long a connection without a request under way stays open.</summary>
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

    /// <summary>The number of new keys in each <see cref="NewKeysWindow"/>.</summary>
    public int NewKeysPerCaller { get; init; } = 60_000;

    public TimeSpan NewKeysWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The memory of all request bodies of guarded routes together, in bytes; beyond it the answer is 503.</summary>
    public long BufferedBodiesBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>One caller's part of <see cref="BufferedBodiesBytes"/>; beyond it the answer is 429.</summary>
    public long BufferedBodiesPerCallerBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>The memory of all answers together that are not recorded yet, in bytes. An answer that does not fit is sent to its client, but not kept.</summary>
    public long HeldAnswersBytes { get; init; } = 256 * 1024 * 1024;

    public HeadLimits Head { get; init; } = new();

    public BodyPaceLimits BodyPace { get; init; } = new();
}

/// <summary>How large a request's head may be, and how slowly it may arrive.</summary>
public sealed record HeadLimits
{
    public int RequestLineBytes { get; init; } = 8 * 1024;

    /// <summary>All header lines together.</summary>
    public int HeadersBytes { get; init; } = 32 * 1024;

    public int MaxHeaders { get; init; } = 100;

    /// <summary>From its first byte to its last.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How slowly a client may send a request's body, and read an answer.</summary>
public sealed record BodyPaceLimits
{
    /// <summary>The minimum rate in bytes per second, averaged since the beginning. 0 switches the limit off.</summary>
    public int BytesPerSecond { get; init; } = 240;

    /// <summary>How long the rate may be lower at the beginning.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);
}
