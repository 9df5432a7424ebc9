namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// Names somebody whom a store counts: a keyed hash over the kind and what identifies them, so a store never learns an address, a credential
/// or a person's id.
/// </summary>
public readonly record struct SightingKey(Digest256 Digest)
{
    /// <param name="kind">Different kinds never meet.</param>
    /// <param name="parts">What tells one of the kind from another, in a fixed order.</param>
    public static SightingKey Derive(StoreSecret secret, SightingKind kind, params ReadOnlySpan<string> parts)
    {
        using var hash = new FramedHash(stackalloc byte[512]);
        hash.AddCount((int)kind);
        hash.AddCount(parts.Length);
        foreach (var part in parts)
            hash.Add(part);
        return new(hash.Finish(secret.Sightings));
    }

    /// <summary>As above, for what are digests already.</summary>
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

/// <summary>Whom a count is about. The numbers are hashed into keys: never reuse one.</summary>
public enum SightingKind
{
    Address = 1,
    Credential = 2,
    Subject = 3,
    Device = 4,

    /// <summary>One request's content, whatever key it came under.</summary>
    Body = 5,

    /// <summary>A caller's keys that came with another request than before.</summary>
    Mismatch = 6,

    /// <summary>A caller's answered requests, whatever the answer.</summary>
    Answer = 7,

    /// <summary>Those of them that the provider turned down.</summary>
    Rejection = 8,

    /// <summary>Whom somebody was seen with: how many different ones of a sort.</summary>
    Company = 9,
}
