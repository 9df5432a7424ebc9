namespace IdempotencyGateway.Stores.Resilience;

/// <summary>When a store counts as gone, and how often it is tried again.</summary>
public sealed record CircuitOptions
{
    /// <summary>So many operations in a row that could not reach the store open the circuit. Default 5.</summary>
    public int FailuresToOpen { get; init; } = 5;

    /// <summary>From opening to the first probe; doubles with each that fails. Default 250 ms.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Default 5 s: the gateway is back at most this much later than the store.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);
}
