using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Intake;

/// <summary>A route and the policy it is guarded by.</summary>
public sealed record GuardedRoute(string RouteId, IdempotencyPolicy Policy);
