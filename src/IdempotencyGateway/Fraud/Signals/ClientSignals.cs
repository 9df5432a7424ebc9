using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>Signals about how the client's address was established.</summary>
internal static class ClientSignals
{
    /// <summary>If the trusted proxies do not name the client, no address is taken for the client's, and the verdict is degraded.</summary>
    public static void Find(ClientAddress client, Findings findings)
    {
        if (client.Address is null)
            findings.Missing("client");
        if (client.IsSpoofed)
        {
            findings.Fact(SignalNames.IpXffSpoofed, FieldValue.True);
            findings.Raise(ReasonKinds.XffSpoofed);
        }
    }
}
