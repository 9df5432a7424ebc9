using IdempotencyGateway.Configuration;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Providers;

/// <summary>
/// The gateway's credentials for each cluster. They are looked up when an HTTP client is created for a cluster, and stay with that client. A cluster whose settings a reload does not change
/// keeps its tokens.
/// </summary>
public sealed class ProviderIdentities(GatewayMetrics metrics, TimeProvider clock, ILogger<ProviderIdentities> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ClientCertificateFile> _certificates = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, TokenSource> _tokens = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>Null if the cluster needs none.</returns>
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

    /// <returns>Null if the cluster needs none.</returns>
    internal TokenSource? TokensFor(string cluster, ProviderCredentials? credentials)
    {
        if (credentials?.OAuth is not { } settings)
            return null;
        var certificate = CertificateFor(cluster, credentials);
        lock (_gate)
        {
            // A replaced source is not disposed, because an older HTTP client may still use it.
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
