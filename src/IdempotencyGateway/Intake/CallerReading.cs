using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Intake;

/// <summary>Whose request it is, or why that cannot be told: exactly one of the two is there.</summary>
public readonly record struct CallerReading(CallerScope? Scope, ProblemReply? Refusal);
