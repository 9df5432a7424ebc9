using System.Net.Http.Headers;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Forwarding;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// Removes from a request every header that a backend could mistake for the gateway's risk headers, and adds the gateway's own if there is a verdict. It is on every route as soon as
/// there is any profile, because a backend that trusts these headers may be reachable by several routes. Runs after the route's own transforms, so that none of them can undo it.
/// </summary>
internal sealed class RiskHeadersTransform(TimeProvider clock) : ITransformProvider
{
    private const string Prefix = "risk-";

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        // YARP calls this again after each reload, so the current profiles count.
        if (ChosenRoute.Of(context.Route).Snapshot.Fraud.Profiles.Count > 0)
            context.AddRequestTransform(Apply);
    }

    /// <summary>Every name with the prefix, not only the four that are written today, in every spelling that a backend could take for it.</summary>
    internal static bool LooksLikeOurs(string name) => LooseHeaderName.StartsWith(name, Prefix);

    private ValueTask Apply(RequestTransformContext context)
    {
        var risk = context.HttpContext.Features.Get<RiskFeature>();
        Strip(context.ProxyRequest.Headers);
        if (context.ProxyRequest.Content is { } content)
            Strip(content.Headers);
        if (risk is { Body: not null })
            RemoveDigests(context.ProxyRequest);
        if (risk is { Profile: { InHeaders: true, DryRun: false } profile })
            Write(context.ProxyRequest.Headers, risk.Fields, profile);
        return default;
    }

    private static void Strip(HttpHeaders headers)
    {
        List<string>? found = null;
        foreach (var (name, _) in headers.NonValidated)
        {
            if (LooksLikeOurs(name))
                (found ??= []).Add(name);
        }
        foreach (var name in found ?? [])
            headers.Remove(name);
    }

    private static void RemoveDigests(HttpRequestMessage request)
    {
        // .NET keeps Content-MD5 in the content's headers and the others in the request's, and throws when asked for a name in the wrong collection.
        request.Content?.Headers.Remove("Content-MD5");
        foreach (var name in RiskBody.NoLongerTrue)
            request.Headers.Remove(name);
    }

    private void Write(HttpRequestHeaders headers, RiskFields fields, FraudProfile profile)
    {
        headers.TryAddWithoutValidation(RiskFields.ScoreName, fields.Score);
        // A list or dictionary without members is not sent at all (RFC 9651 §3.1, §3.2).
        if (fields.Reasons.Length > 0)
            headers.TryAddWithoutValidation(RiskFields.ReasonsName, fields.Reasons);
        if (fields.Signals.Length > 0)
            headers.TryAddWithoutValidation(RiskFields.SignalsName, fields.Signals);
        if (profile.SignWith is { } key)
            headers.TryAddWithoutValidation(RiskFields.SignatureName, RiskSignature.Sign(fields, clock.GetUtcNow(), key.Bytes.Span, key.Name));
    }
}
