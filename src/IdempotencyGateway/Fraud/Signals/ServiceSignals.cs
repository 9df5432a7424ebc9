using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Fraud.Services;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>Signals from external services.</summary>
internal static class ServiceSignals
{
    /// <param name="answer">Null when the service gave no usable answer.</param>
    public static void Note(ExternalSource service, ServiceAnswer? answer, Findings findings)
    {
        if (answer is null)
        {
            findings.Missing(service.Name);
            return;
        }
        findings.Fact(SignalNames.ExternalScore(service.Name), FieldValue.OfInteger((long)Math.Round(answer.Score)));
        if (answer.Codes.Length > 0)
            findings.Fact(SignalNames.ExternalCodes(service.Name), FieldValue.OfText(answer.Codes));
        findings.RaiseShare(ReasonKinds.ExternalScore, answer.Score / 100, FieldParameters.Of(("by", FieldValue.OfText(service.Name))));
    }
}
