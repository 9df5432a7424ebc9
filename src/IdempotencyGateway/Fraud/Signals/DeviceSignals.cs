using IdempotencyGateway.Core.Fraud.Devices;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;
using Microsoft.Extensions.Primitives;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>What a client says of itself, and whether it fits together.</summary>
internal static class DeviceSignals
{
    /// <param name="ja4">The fingerprint of the client's TLS; null where TLS ends in front of the gateway.</param>
    public static void Find(HttpRequest request, string? ja4, Findings findings)
    {
        if (ja4 is not null && FieldValue.TryText(ja4, out var fingerprint))
            findings.Fact(SignalNames.DeviceJa4, fingerprint);
        var userAgent = request.Headers.UserAgent.ToString();
        if (UserAgent.IsMissing(userAgent))
        {
            Note(SignalNames.UserAgentMissing, ReasonKinds.UserAgentMissing, findings);
            return;
        }
        if (UserAgent.IsBot(userAgent))
            Note(SignalNames.UserAgentBot, ReasonKinds.UserAgentBot, findings);
        var hints = new ClientHints(Only(request.Headers["Sec-CH-UA"]), Only(request.Headers["Sec-CH-UA-Mobile"]), Only(request.Headers["Sec-CH-UA-Platform"]));
        if (hints.Contradict(userAgent))
            Note(SignalNames.ClientHintMismatch, ReasonKinds.ClientHintMismatch, findings);
    }

    private static string? Only(StringValues values) => values.Count == 0 ? null : values.ToString();

    private static void Note(string signal, ReasonKind reason, Findings findings)
    {
        findings.Fact(signal, FieldValue.True);
        findings.Raise(reason);
    }
}
