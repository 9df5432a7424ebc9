using IdempotencyGateway.Configuration;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Providers;

/// <summary>As whom the gateway goes to which cluster, by the configuration that a request belongs to. What has not changed there keeps its tokens over a reload.</summary>
public sealed class ProviderIdentities(SnapshotSource snapshots, GatewayMetrics metrics, TimeProvider clock, ILogger<ProviderIdentities> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ClientCertificateFile> _certificates = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, TokenSource> _tokens = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>Null where the cluster gets none.</returns>
    internal ClientCertificateFile? CertificateFor(string cluster) => CertificateFor(cluster, snapshots.Current);

    private ClientCertificateFile? CertificateFor(string cluster, GatewaySnapshot snapshot)
    {
        if (!snapshot.Providers.TryGetValue(cluster, out var provider) || provider.ClientCertificate is not { } files)
            return null;
        lock (_gate)
        {
            if (!_certificates.TryGetValue(cluster, out var known) || known.Files != files)
                _certificates[cluster] = known = new(files);
            return known;
        }
    }

    /// <summary>The request's own configuration: after a reload the cluster of that name may be somebody else, who is not to get this one's token. Probes have none.</summary>
    internal static readonly HttpRequestOptionsKey<GatewaySnapshot> Configuration = new("IdempotencyGateway.Configuration");

    /// <returns>Null where the cluster gets none.</returns>
    internal TokenSource? TokensFor(string cluster, HttpRequestMessage request)
    {
        var snapshot = request.Options.TryGetValue(Configuration, out var own) ? own : snapshots.Current;
        if (!snapshot.Providers.TryGetValue(cluster, out var provider) || provider.OAuth is not { } settings)
            return null;
        var certificate = CertificateFor(cluster, snapshot);
        lock (_gate)
        {
            // One that is replaced may be asking just now; it ends with its last question.
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
