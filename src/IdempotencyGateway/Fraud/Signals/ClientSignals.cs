using System.Net;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>Where a request comes from, as far as those can be believed who say so.</summary>
internal static class ClientSignals
{
    /// <summary>When the proxies that should say whom they speak for do not, nobody's address is taken for the client's, and the verdict is degraded.</summary>
    public static ClientAddress Find(HttpContext context, FraudSnapshot fraud, Findings findings)
    {
        var client = context.Connection.RemoteIpAddress is { } peer
            ? ClientAddress.Find(
                NetworkAddress.From(peer), fraud.TrustedProxies, context.Request.Headers["X-Forwarded-For"].ToArray(), context.Request.Headers["Forwarded"].ToArray(), fraud.ForwardingHeader)
            : default;
        if (client.Address is null)
            findings.Missing("client");
        if (client.IsSpoofed)
        {
            findings.Fact(SignalNames.IpXffSpoofed, FieldValue.True);
            findings.Raise(ReasonKinds.XffSpoofed);
        }
        return client;
    }
}
