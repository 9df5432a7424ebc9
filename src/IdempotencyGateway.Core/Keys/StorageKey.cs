using IdempotencyGateway.Core.Fingerprints;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// Names one record in every store: a keyed hash over caller, route and Idempotency-Key. Equal exactly when
/// all of them are; says nothing about any of them to whoever reads the store. In text it is 64 hex digits.
/// </summary>
public readonly record struct StorageKey(Digest256 Digest)
{
    /// <param name="caller">Whose request it is.</param>
    /// <param name="routeId">The route's id in the configuration: keys of different routes never meet.</param>
    /// <param name="key">The client's key.</param>
    /// <param name="operation">With <c>Key.Per: Operation</c>, the method and path that also take part; else null.</param>
    /// <param name="separate">With <c>OnMismatch: Separate</c>, the fingerprint that also takes part; else null.</param>
    public static StorageKey Derive(
        StoreSecret secret, CallerScope caller, string routeId, IdempotencyKey key, Operation? operation, Fingerprint? separate)
    {
        using var hash = new FramedHash(stackalloc byte[512]);
        hash.Add(caller.Digest);
        hash.Add(routeId);
        hash.Add(key.Value);
        hash.Add(operation);
        hash.AddCount(separate is null ? 0 : 1);
        if (separate is { } fingerprint)
            hash.Add(fingerprint.Digest);
        return new(hash.Finish(secret.StorageKeys));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out StorageKey key)
    {
        var isKey = Digest256.TryParse(text, out var digest);
        key = new(digest);
        return isKey;
    }

    public override string ToString() => Digest.ToString();
}

/// <summary>One step of a transaction that shares its key with other steps.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Path">As the provider would see it, without the query.</param>
public readonly record struct Operation(string Method, string Path);
