namespace IdempotencyGateway.Limits;

/// <summary>Marks a connection beyond the limit: its first request is refused, and then it closes.</summary>
internal sealed record SurplusConnection(LimitReached Reached);
