using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Intake;

/// <summary>A route and the policy it is guarded by.</summary>
/// <param name="Backends">Chooses its clusters; null for the one that YARP's route names.</param>
public sealed record GuardedRoute(string RouteId, IdempotencyPolicy Policy, BackendPolicy? Backends = null);
