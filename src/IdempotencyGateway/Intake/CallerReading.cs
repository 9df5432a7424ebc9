using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Intake;

/// <summary>The caller of a request, or the reply to one whose caller cannot be identified: exactly one of the two is set.</summary>
public readonly record struct CallerReading(CallerScope? Scope, ProblemReply? Refusal);
