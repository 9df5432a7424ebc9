namespace IdempotencyGateway.Configuration;

/// <summary>What happens to a duplicate while the first request is under way.</summary>
public sealed record InFlightPolicy
{
    public InFlightMode Mode { get; init; } = InFlightMode.Wait;

    /// <summary>The longest that a duplicate waits for the first request's answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The status of the answer to a duplicate that does not wait, or has waited this long.</summary>
    public int Status { get; init; } = 409;
}

public enum InFlightMode
{
    Wait,
    Reject,
}
