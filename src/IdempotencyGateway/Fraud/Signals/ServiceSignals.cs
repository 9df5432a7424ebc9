using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>What a service said of a request.</summary>
internal static class ServiceSignals
{
    /// <param name="score">0 to 100; null when it said nothing that could be used.</param>
    public static void Note(ExternalSource service, double? score, Findings findings)
    {
        if (score is not { } said)
        {
            findings.Missing(service.Name);
            return;
        }
        findings.Fact(SignalNames.ExternalScore(service.Name), FieldValue.OfInteger((long)Math.Round(said)));
        findings.RaiseShare(ReasonKinds.ExternalScore, said / 100, FieldParameters.Of(("by", FieldValue.OfText(service.Name))));
    }
}
