namespace IdempotencyGateway.Configuration;

public sealed record ProblemsSnapshot
{
    /// <summary>The URI of a page that explains each problem. A problem's type is this URI, '#' and the problem's code.</summary>
    public string TypeBase { get; init; } = "urn:idempotency-gateway:problems";
}
