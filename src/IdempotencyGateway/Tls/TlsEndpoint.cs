using IdempotencyGateway.Fraud;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace IdempotencyGateway.Tls;

/// <summary>An address that clients reach over TLS; HTTP/1.1 or HTTP/2, whichever ALPN agrees on.</summary>
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
            // Kestrel needs a certificate here; the one that counts is chosen for each handshake below.
            ServerCertificateSelector = (_, _) => current.Served!.Certificate.TargetCertificate,
            OnAuthenticate = (connection, handshake) => current.Served!.Apply(handshake, connection.Features),
        });
    }
}
