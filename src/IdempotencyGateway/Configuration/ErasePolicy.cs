using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Configuration;

/// <summary>For routes whose requests delete a person at the provider: when one succeeds, the records about that person are erased, too.</summary>
/// <param name="Subject">The places in the request's head that name the person.</param>
/// <param name="On">The provider's statuses that mean success.</param>
public sealed record ErasePolicy(IReadOnlyList<SubjectSource> Subject, StatusSet On);
