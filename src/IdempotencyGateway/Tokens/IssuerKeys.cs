using System.Collections.Concurrent;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tokens;

/// <summary>The keys of all issuers, from a file or over the network. Fetched keys are kept until the process ends, across reloads that do not change the issuer's identity or address.</summary>
internal sealed class IssuerKeys(KeyDownload download, TimeProvider clock, ILogger<IssuerKeys> logger)
{
    private readonly ConcurrentDictionary<(string Issuer, Uri? Url), RemoteKeys> _remote = new();

    public ValueTask<KeySearch> FindAsync(IssuerSnapshot issuer, string? id, TokenAlgorithm algorithm)
    {
        if (issuer.FileKeys is { } file)
            return new(file.For(id, algorithm) is { Count: > 0 } found ? new KeySearch.Found(found) : KeySearch.None.Instance);
        var remote = _remote.GetOrAdd((issuer.Issuer, issuer.KeysUrl), _ => new(issuer, download, clock, logger));
        return remote.FindAsync(id, algorithm);
    }
}
