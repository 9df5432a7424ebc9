using IdempotencyGateway.Configuration;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Providers;

/// <summary>The credentials that the gateway shows to each cluster. Asked when an HTTP client is made for a cluster, which keeps the answer; what has not changed keeps its tokens over a reload.</summary>
public sealed class ProviderIdentities(GatewayMetrics metrics, TimeProvider clock, ILogger<ProviderIdentities> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ClientCertificateFile> _certificates = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, TokenSource> _tokens = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>Null where the cluster gets none.</returns>
    internal ClientCertificateFile? CertificateFor(string cluster, ProviderCredentials? credentials)
    {
        if (credentials?.ClientCertificate is not { } files)
            return null;
        lock (_gate)
        {
            if (!_certificates.TryGetValue(cluster, out var known) || known.Files != files)
                _certificates[cluster] = known = new(files);
            return known;
        }
    }

    /// <returns>Null where the cluster gets none.</returns>
    internal TokenSource? TokensFor(string cluster, ProviderCredentials? credentials)
    {
        if (credentials?.OAuth is not { } settings)
            return null;
        var certificate = CertificateFor(cluster, credentials);
        lock (_gate)
        {
            // One that is replaced may be asked still; it ends with its last question.
            if (!_tokens.TryGetValue(cluster, out var known) || known.Settings != settings || known.Certificate != certificate)
                _tokens[cluster] = known = new(cluster, settings, certificate, metrics, clock, logger);
            return known;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var tokens in _tokens.Values)
                tokens.Dispose();
        }
    }
}
