namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// The key of a counter in a store (<see cref="Stores.ISightings"/>): a keyed hash over the kind of the counter and what identifies its subject, so that a store never learns an address, a
/// credential or a person's id.
/// </summary>
public readonly record struct SightingKey(Digest256 Digest)
{
    /// <param name="kind">Keys of different kinds cannot collide.</param>
    /// <param name="parts">The values that identify the subject, in a fixed order.</param>
    public static SightingKey Derive(StoreSecret secret, SightingKind kind, params ReadOnlySpan<string> parts)
    {
        using var hash = new FramedHash(stackalloc byte[512]);
        hash.AddCount((int)kind);
        hash.AddCount(parts.Length);
        foreach (var part in parts)
            hash.Add(part);
        return new(hash.Finish(secret.Sightings));
    }

    /// <summary>The same for values that are digests already.</summary>
    public static SightingKey Derive(StoreSecret secret, SightingKind kind, params ReadOnlySpan<Digest256> parts)
    {
        using var hash = new FramedHash(stackalloc byte[128]);
        hash.AddCount((int)kind);
        hash.AddCount(parts.Length);
        foreach (var part in parts)
            hash.Add(part);
        return new(hash.Finish(secret.Sightings));
    }

    public override string ToString() => Digest.ToString();
}

/// <summary>What a counter counts. The numbers are hashed into keys: never reuse one.</summary>
public enum SightingKind
{
    Address = 1,
    Credential = 2,
    Subject = 3,
    Device = 4,

    /// <summary>Requests with the same content, under whatever key.</summary>
    Body = 5,

    /// <summary>A caller's requests that reused a key for a different request.</summary>
    Mismatch = 6,

    /// <summary>A caller's answered requests, with any answer.</summary>
    Answer = 7,

    /// <summary>A caller's requests that the provider rejected.</summary>
    Rejection = 8,

    /// <summary>How many distinct values of one sort, such as addresses, occurred together with somebody.</summary>
    DistinctValues = 9,
}
