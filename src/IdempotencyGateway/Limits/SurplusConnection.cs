namespace IdempotencyGateway.Limits;

/// <summary>Marks a connection beyond the limit: its first request is told so, and then it ends.</summary>
internal sealed record SurplusConnection(LimitReached Reached);
