namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// Whose request it is, as a keyed hash: part of the storage key, so that no caller can reach another's record.
/// Different kinds of scope never collide, because the kind is hashed in.
/// </summary>
public readonly record struct CallerScope
{
    private readonly Digest256 _digest;

    private CallerScope(Digest256 digest) => _digest = digest;

    /// <summary>Says nothing about the caller, but is the same whenever the caller is.</summary>
    public Digest256 Digest => _digest != default ? _digest : throw new InvalidOperationException("a caller scope is never default");

    /// <summary>Every caller of the route shares its keys. The configuration has to say so out loud.</summary>
    public static CallerScope Shared(StoreSecret secret) => Of(secret, "shared", []);

    /// <summary>The caller is whoever holds these credentials.</summary>
    /// <param name="headers">Credential headers present on the request, names in lower case, in the policy's order.</param>
    public static CallerScope FromCredentials(StoreSecret secret, ReadOnlySpan<KeyValuePair<string, string>> headers) =>
        Of(secret, "credentials", headers);

    /// <summary>The caller is named by a trusted peer in a header.</summary>
    public static CallerScope FromTrustedHeader(StoreSecret secret, string name, string value) =>
        Of(secret, "header", [new(name, value)]);

    /// <summary>The caller is who holds a certificate under this root with this name in it.</summary>
    /// <param name="kind">Where in the certificate the name stands.</param>
    public static CallerScope FromCertificate(StoreSecret secret, string root, string kind, string name) =>
        Of(secret, "certificate", [new("root", root), new(kind, name)]);

    /// <summary>The caller is who a checked token of this issuer names.</summary>
    /// <param name="claims">Those that name it, in the configured order.</param>
    public static CallerScope FromToken(StoreSecret secret, string issuer, IEnumerable<KeyValuePair<string, string>> claims) =>
        Of(secret, "token", [new("iss", issuer), .. claims]);

    private static CallerScope Of(StoreSecret secret, string kind, ReadOnlySpan<KeyValuePair<string, string>> parts)
    {
        using var hash = new FramedHash(stackalloc byte[512]);
        hash.Add(kind);
        hash.AddCount(parts.Length);
        foreach (var (name, value) in parts)
        {
            hash.Add(name);
            hash.Add(value);
        }
        return new(hash.Finish(secret.Callers));
    }
}
