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

    /// <summary>The verdict's header fields, built on first use.</summary>
    public RiskFields Fields => field ??= RiskFields.Of(verdict);

    /// <summary>The body to send instead of the client's; null where the client's own is sent. Released when the request ends.</summary>
    public SpooledBody? Body { get; private init; }

    public RiskFeature With(SpooledBody body) => new(profile, verdict) { Body = body };

    /// <summary>The same verdict with the current time, in whole seconds.</summary>
    public RiskFeature AsOf(DateTimeOffset now) => Verdict.WholeSecond(now) is var at && at == verdict.At ? this : new(profile, verdict with { At = at });

    /// <returns>The body to send: the client's own, unless the verdict was written into a copy of it.</returns>
    public static SpooledBody BodyOver(HttpContext context, FraudProfile? profile, SpooledBody own) =>
        profile is { WritesBody: true } ? context.Features.Get<RiskFeature>()?.Body ?? own : own;
}
