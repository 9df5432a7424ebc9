using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace IdempotencyGateway.Tests.Testing.Tls;

/// <summary>An HTTP client that trusts one root and remembers which certificates servers showed it, a handshake each.</summary>
internal sealed class TlsClient : IDisposable
{
    private readonly HttpClient _client;
    private readonly ArrivalLog<string> _shown = new("handshakes");

    /// <param name="own">What it shows when it is asked.</param>
    public TlsClient(Uri server, X509Certificate2 root, X509Certificate2? own = null, SslProtocols protocols = SslProtocols.None)
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
            ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true),
        };
        _client = new(handler) { BaseAddress = server };
    }

    /// <summary>The thumbprints of the certificates that passed, in order.</summary>
    public IReadOnlyList<string> Shown => _shown.All;

    /// <summary>A guarded POST over exactly this version, and its answer read whole.</summary>
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
