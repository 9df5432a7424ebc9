using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Fraud;

/// <summary>A request's verdict, carried on the request until its headers are written. Requests with equal findings may share one.</summary>
internal sealed class RiskFeature(FraudProfile profile, Verdict verdict)
{
    public FraudProfile Profile => profile;

    public Verdict Verdict => verdict;

    /// <summary>As the backend reads it; not written before somebody asks.</summary>
    public RiskFields Fields => field ??= RiskFields.Of(verdict);

    /// <summary>What is sent instead of the client's body; null where the client's own is sent. Released when the request ends.</summary>
    public SpooledBody? Body { get; private init; }

    public RiskFeature With(SpooledBody body) => new(profile, verdict) { Body = body };

    /// <summary>The same found now; verdicts tell the time in whole seconds.</summary>
    public RiskFeature AsOf(DateTimeOffset now) => Verdict.WholeSecond(now) is var at && at == verdict.At ? this : new(profile, verdict with { At = at });

    /// <returns>What is sent: the client's own body, unless the verdict was written into a copy of it.</returns>
    public static SpooledBody BodyOver(HttpContext context, FraudProfile? profile, SpooledBody own) =>
        profile is { WritesBody: true } ? context.Features.Get<RiskFeature>()?.Body ?? own : own;
}
