namespace IdempotencyGateway.Stores.Resilience;

/// <summary>When the circuit opens, and how often the store is probed then.</summary>
public sealed record CircuitOptions
{
    /// <summary>How many operations in a row must fail to reach the store before the circuit opens. Default 5.</summary>
    public int FailuresToOpen { get; init; } = 5;

    /// <summary>The pause before the first probe; doubles with each probe that fails. Default 250 ms.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause between probes, so the gateway recovers at most this long after the store. Default 5 s.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);
}
