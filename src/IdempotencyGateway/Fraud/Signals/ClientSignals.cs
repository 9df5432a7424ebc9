using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>Where a request comes from, as far as those can be believed who say so.</summary>
internal static class ClientSignals
{
    /// <summary>When the proxies that should say whom they speak for do not, nobody's address is taken for the client's, and the verdict is degraded.</summary>
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
