namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// A consent id as a log may have it. Such an id leads to a person, and some are made of an address or a name: so only its keyed hash is written, which is
/// the same wherever the store secret is, and tells nobody else anything.
/// </summary>
public static class ConsentDigest
{
    public static Digest256 Of(StoreSecret secret, string consentId)
    {
        using var hash = new FramedHash(stackalloc byte[512]);
        hash.Add(consentId);
        return hash.Finish(secret.Consents);
    }
}
