using IdempotencyGateway.Core.Fingerprints;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// The key of a record in every store: a keyed hash over caller, route and Idempotency-Key. Equal exactly when
/// all of them are; a reader of the store learns nothing about any of them. In text it is 64 hex digits.
/// </summary>
public readonly record struct StorageKey(Digest256 Digest)
{
    /// <param name="caller">Whose request it is.</param>
    /// <param name="routeId">The route's id in the configuration. The same key on different routes gives different records.</param>
    /// <param name="key">The client's key.</param>
    /// <param name="operation">With <c>Key.Per: Operation</c>, the method and path, which are then hashed, too; else null.</param>
    /// <param name="separate">With <c>OnMismatch: Separate</c>, the fingerprint, which is then hashed, too; else null.</param>
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

/// <summary>The method and path that identify one step of a transaction whose steps share a key.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Path">As the provider would see it, without the query.</param>
public readonly record struct Operation(string Method, string Path);
