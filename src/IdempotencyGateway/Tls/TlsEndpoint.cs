using IdempotencyGateway.Fraud;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace IdempotencyGateway.Tls;

/// <summary>Configures an address for TLS, with HTTP/1.1 and HTTP/2 by ALPN.</summary>
internal static class TlsEndpoint
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    public static void Configure(ListenOptions listen, CurrentTls current)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            TlsClientHelloBytesCallback = ClientHelloFeature.Note,
            // Kestrel requires a certificate here. OnAuthenticate overrides it for each handshake.
            ServerCertificateSelector = (_, _) => current.Served!.Certificate.TargetCertificate,
            OnAuthenticate = (connection, handshake) => current.Served!.Apply(handshake, connection.Features),
        });
    }
}
