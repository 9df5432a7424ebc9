using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace IdempotencyGateway.Tests.Testing.Tls;

/// <summary>An HTTP client that trusts a single root and logs the server certificate of each successful handshake.</summary>
internal sealed class TlsClient : IDisposable
{
    private readonly HttpClient _client;
    private readonly ArrivalLog<string> _shown = new("handshakes");

    /// <param name="own">The client certificate; null for none.</param>
    /// <param name="intermediate">The intermediate certificate to send with it; null for none.</param>
    public TlsClient(Uri server, X509Certificate2 root, X509Certificate2? own = null, SslProtocols protocols = SslProtocols.None, X509Certificate2? intermediate = null)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(root);
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false };
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = trust,
            EnabledSslProtocols = protocols,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            {
                if (errors == SslPolicyErrors.None)
                    _shown.Add(((X509Certificate2)certificate!).Thumbprint);
                return errors == SslPolicyErrors.None;
            },
            ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, intermediate is null ? null : [intermediate], offline: true),
        };
        _client = new(handler) { BaseAddress = server };
    }

    /// <summary>The thumbprints of the server certificates that passed validation, one per handshake, in order.</summary>
    public IReadOnlyList<string> Shown => _shown.All;

    /// <summary>Sends a guarded POST over exactly this HTTP version and reads the whole answer.</summary>
    public Task<Answer> PostAsync(string key, Version? version = null, string path = "/guarded/session/", string caller = "caller-1", IReadOnlyList<Field>? headers = null)
    {
        var request = GatewayUnderTest.Post(key, path: path, caller: caller);
        request.Version = version ?? HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        foreach (var (name, value) in headers ?? [])
            request.Headers.TryAddWithoutValidation(name, value);
        return Answer.ReadAsync(_client.SendAsync(request));
    }

    public void Dispose() => _client.Dispose();
}
