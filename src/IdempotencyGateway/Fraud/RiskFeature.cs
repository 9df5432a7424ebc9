using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Fraud;

/// <summary>What a request was found to be, on its way to where it is told to the backend.</summary>
internal sealed record RiskFeature(FraudProfile Profile, Verdict Verdict)
{
    /// <summary>What is sent instead of the client's body; null where that one is. Let go of when the request ends.</summary>
    public SpooledBody? Body { get; init; }

    /// <returns>What is sent: the client's own body, unless the verdict was written into a copy of it.</returns>
    public static SpooledBody BodyOver(HttpContext context, SpooledBody own) => context.Features.Get<RiskFeature>()?.Body ?? own;

    /// <returns>Null for a request that was not scored.</returns>
    public static Verdict? VerdictOver(HttpContext context) => context.Features.Get<RiskFeature>()?.Verdict;
}
