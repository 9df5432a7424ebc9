using System.Net.Http.Headers;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Forwarding;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// Takes every header out of a request that a backend could take for the gateway's risk headers, and puts the gateway's own in where there is a verdict. On every route as soon as
/// there is any profile: a backend that trusts these headers may stand behind two routes. Runs after the route's own transforms, so that none of them can undo it.
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
        // Built anew for every configuration.
        if (ChosenRoute.Of(context.Route).Snapshot.Fraud.Profiles.Count > 0)
            context.AddRequestTransform(Apply);
    }

    /// <summary>
    /// Servers that hand headers on as variables (CGI and its heirs) make one name of <c>Risk-Score</c>, <c>risk_score</c> and <c>Risk.Score</c>: whatever is no letter or
    /// digit counts as a dash, and all that begins so is taken out, not only the four that are written today.
    /// </summary>
    internal static bool LooksLikeOurs(string name)
    {
        if (name.Length < Prefix.Length)
            return false;
        for (var at = 0; at < Prefix.Length; at++)
        {
            var character = char.IsAsciiLetterOrDigit(name[at]) ? char.ToLowerInvariant(name[at]) : '-';
            if (character != Prefix[at])
                return false;
        }
        return true;
    }

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
        // Which of the two collections has a name is the HTTP client's own affair, and it throws when asked in the wrong one.
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
