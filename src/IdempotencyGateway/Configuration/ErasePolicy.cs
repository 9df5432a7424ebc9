using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Configuration;

/// <summary>Requests of the route delete a person at the provider: with that, what is recorded about that person goes too.</summary>
/// <param name="Subject">Where the request's head says who it is.</param>
/// <param name="On">The provider's statuses that mean that it is done.</param>
public sealed record ErasePolicy(IReadOnlyList<SubjectSource> Subject, StatusSet On);
