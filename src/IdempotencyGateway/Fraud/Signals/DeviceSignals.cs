using IdempotencyGateway.Core.Fraud.Devices;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>Signals from what a client says about itself, and whether that is consistent.</summary>
internal static class DeviceSignals
{
    public static void Find(DeviceTraits device, Findings findings)
    {
        if (device.Ja4.Length > 0 && FieldValue.TryText(device.Ja4, out var fingerprint))
            findings.Fact(SignalNames.DeviceJa4, fingerprint);
        if (UserAgent.IsMissing(device.UserAgent))
        {
            Note(SignalNames.UserAgentMissing, ReasonKinds.UserAgentMissing, findings);
            return;
        }
        if (UserAgent.IsBot(device.UserAgent))
            Note(SignalNames.UserAgentBot, ReasonKinds.UserAgentBot, findings);
        if (new ClientHints(device.Brands, device.Mobile, device.Platform).Contradict(device.UserAgent))
            Note(SignalNames.ClientHintMismatch, ReasonKinds.ClientHintMismatch, findings);
    }

    private static void Note(string signal, ReasonKind reason, Findings findings)
    {
        findings.Fact(signal, FieldValue.True);
        findings.Raise(reason);
    }
}
