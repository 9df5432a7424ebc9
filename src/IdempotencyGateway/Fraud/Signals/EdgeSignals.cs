using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>What a trusted proxy in front found out about a request; of several the worst. From anybody else such a header says nothing.</summary>
internal static class EdgeSignals
{
    public static void Find(HttpRequest request, bool isPeerTrusted, FraudProfile profile, Findings findings)
    {
        if (!isPeerTrusted)
            return;
        int? worst = null;
        foreach (var edge in profile.Edges)
        {
            if (request.Headers[edge.Header] is [{ } only] && edge.Scale.Risk(only) is { } score && (worst is null || score > worst))
                worst = score;
        }
        if (worst is not { } found)
            return;
        findings.Fact(SignalNames.EdgeScore, FieldValue.OfInteger(found));
        findings.RaiseShare(ReasonKinds.EdgeScore, found / 100.0);
    }
}
