namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// The form in which a consent id is logged: its keyed hash. The id itself leads to a person, and some ids contain an address or a name. The hash is equal on all gateways that share the
/// store secret, and reveals nothing to anybody without it.
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
