using System.Net.Security;
using System.Security.Authentication;
using IdempotencyGateway.Configuration;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Tls;

/// <summary>The certificate and settings of TLS handshakes. Immutable: a renewal replaces it for new connections only.</summary>
/// <param name="Certificate">The certificate with its chain, built once and not in each handshake.</param>
/// <param name="NotAfter">When the certificate expires, UTC.</param>
/// <param name="Clients">Null if clients are not asked for certificates.</param>
internal sealed record ServedTls(SslStreamCertificateContext Certificate, DateTimeOffset NotAfter, TlsVersion MinimumVersion, ClientTrust? Clients)
{
    /// <summary>Sets the options of a handshake, except the ALPN protocols, which Kestrel sets.</summary>
    /// <param name="features">The connection's features, which get the client's certificate.</param>
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
