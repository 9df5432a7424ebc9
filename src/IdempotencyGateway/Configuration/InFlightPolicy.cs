namespace IdempotencyGateway.Configuration;

/// <summary>What a duplicate gets while the first is under way.</summary>
public sealed record InFlightPolicy
{
    public InFlightMode Mode { get; init; } = InFlightMode.Wait;

    /// <summary>The longest a duplicate waits for the first.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The status when it did not wait, or not long enough.</summary>
    public int Status { get; init; } = 409;
}

public enum InFlightMode
{
    Wait,
    Reject,
}
