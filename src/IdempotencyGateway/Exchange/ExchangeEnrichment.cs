using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Fraud;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// Step 6 of <see cref="IdempotencyMiddleware"/>: scores a request for fraud and applies what its profile orders for the verdict. Only the winner of a claim is scored, so duplicates do
/// not raise any count, and they get the winner's verdict.
/// </summary>
public sealed class ExchangeEnrichment(RiskAssessor assessor, DestinationPlanner destinations, BodySpool bodies, ExchangeClaims claims)
{
    /// <param name="plan">Changed when the profile routes the request to another cluster. It is left alone if an earlier owner may have sent the request somewhere.</param>
    internal async ValueTask<Clearance> ClearAsync(HttpContext context, GuardedRequest request, DestinationPlan plan, Claim claim)
    {
        if (request.Report.Route.Profile is not { } profile)
            return Clearance.Send;
        var verdict = await AssessAsync(context, request.Report, profile, request, request.Body);
        if (verdict.Action is RiskAction.Block)
            return Clearance.Blocked;
        if (PutInto(context, request.Body, profile) is { } refused)
            return refused;
        var redirected = verdict.Action is RiskAction.Route(var cluster) && !request.MayHaveBeenSent(claim) && plan.TryRedirect(destinations, cluster);
        return redirected || profile.IsSlow ? await claims.MarkSentAsync(request, plan, claim) : Clearance.Send;
    }

    /// <summary>The same for a request without a record. Its verdict is not stored; it only adds to the counts.</summary>
    /// <param name="body">Null when the body was not buffered.</param>
    internal async ValueTask<Clearance> ClearUnguardedAsync(HttpContext context, ExchangeReport report, GuardedRequest? request, SpooledBody? body)
    {
        if (report.Route.Profile is not { } profile)
            return Clearance.Send;
        var verdict = await AssessAsync(context, report, profile, request, body);
        if (verdict.Action is RiskAction.Block)
            return Clearance.Blocked;
        if (body is { Bytes.Length: > 0 } && PutInto(context, body, profile) is { } refused)
            return refused;
        if (verdict.Action is RiskAction.Route(var cluster))
            destinations.Redirect(context, cluster);
        return Clearance.Send;
    }

    /// <summary>Counts, as a signal about the sender, that a key was reused for a different request.</summary>
    internal void NoteMismatch(HttpContext context, GuardedRequest request)
    {
        if (request.Report.Route.Profile is { } profile)
            assessor.NoteMismatch(context, profile, request);
    }

    /// <summary>Counts the provider's answer: many rejections are a signal about the sender.</summary>
    internal void NoteAnswer(HttpContext context, GuardedRequest request, int status)
    {
        if (request.Report.Route.Profile is { } profile)
            assessor.NoteAnswer(context, profile, request, status);
    }

    private async ValueTask<Verdict> AssessAsync(HttpContext context, ExchangeReport report, FraudProfile profile, GuardedRequest? request, SpooledBody? body)
    {
        var risk = await assessor.AssessAsync(context, profile, request, body);
        context.Features.Set(risk);
        report.Scored(risk.Verdict);
        return risk.Verdict;
    }

    /// <returns>Null when the verdict was written into the body to be sent, or does not belong there.</returns>
    private Clearance? PutInto(HttpContext context, SpooledBody body, FraudProfile profile)
    {
        if (profile is not { WritesBody: true, InBody: { } place } || !RiskBody.MayBeJson(context.Request, body.Bytes.Span))
            return null;
        var risk = context.Features.GetRequiredFeature<RiskFeature>();
        if (RiskBody.Put(body.Bytes.Span, place, risk.Verdict) is not { } bytes)
            return Clearance.Unfit;
        if (bodies.TryCopy(bytes) is not { } copy)
            return Clearance.OutOfMemory;
        context.Response.RegisterForDispose(copy);
        context.Features.Set(risk.With(copy));
        return null;
    }
}
