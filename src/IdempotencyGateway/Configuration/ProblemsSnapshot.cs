namespace IdempotencyGateway.Configuration;

public sealed record ProblemsSnapshot
{
    /// <summary>The page that explains each problem under a fragment of its own; every problem's type is this + '#' + its code.</summary>
    public string TypeBase { get; init; } = "urn:idempotency-gateway:problems";
}
