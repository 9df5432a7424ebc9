using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>
/// The score that a trusted proxy in front of the gateway gave a request. Of several scores the worst counts, also if a header occurs twice because the client sent one, too. Such headers
/// from untrusted peers are ignored. Without a score the source counts as missing.
/// </summary>
internal static class EdgeSignals
{
    public static void Find(HttpRequest request, bool isPeerTrusted, FraudProfile profile, Findings findings)
    {
        if (profile.Edges.Count == 0)
            return;
        if ((isPeerTrusted ? Worst(request, profile) : null) is not { } found)
        {
            findings.Missing("edge");
            return;
        }
        findings.Fact(SignalNames.EdgeScore, FieldValue.OfInteger(found));
        findings.RaiseShare(ReasonKinds.EdgeScore, found / 100.0);
    }

    private static int? Worst(HttpRequest request, FraudProfile profile)
    {
        int? worst = null;
        foreach (var edge in profile.Edges)
        {
            foreach (var text in request.Headers[edge.Header])
            {
                if (edge.Scale.Risk(text) is { } score && (worst is null || score > worst))
                    worst = score;
            }
        }
        return worst;
    }
}
