using System.Collections.Concurrent;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tokens;

/// <summary>Every issuer's keys, from its file or over the network, for as long as the process lives; a reload that changes nothing about an issuer keeps what is known.</summary>
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
