using System.Net.Security;
using System.Security.Authentication;
using IdempotencyGateway.Configuration;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Tls;

/// <summary>What a handshake is made with. Immutable: renewal puts another in its place, and connections keep the one they began with.</summary>
/// <param name="Certificate">With its chain, made once: a handshake builds nothing.</param>
/// <param name="NotAfter">The certificate's, UTC.</param>
/// <param name="Clients">Null when they are not asked for certificates.</param>
internal sealed record ServedTls(SslStreamCertificateContext Certificate, DateTimeOffset NotAfter, TlsVersion MinimumVersion, ClientTrust? Clients)
{
    /// <summary>Fills in what Kestrel leaves open; the protocols that ALPN offers are its own business.</summary>
    /// <param name="features">The connection's, which the client's certificate is noted on.</param>
    public void Apply(SslServerAuthenticationOptions handshake, IFeatureCollection features)
    {
        Clients?.Apply(handshake, features);
        handshake.ServerCertificateContext = Certificate;
        handshake.ServerCertificateSelectionCallback = null;
        handshake.EnabledSslProtocols = MinimumVersion switch
        {
            TlsVersion.Tls12 => SslProtocols.Tls12 | SslProtocols.Tls13,
            TlsVersion.Tls13 => SslProtocols.Tls13,
            _ => throw new InvalidOperationException($"no protocols for {MinimumVersion}"),
        };
    }
}
