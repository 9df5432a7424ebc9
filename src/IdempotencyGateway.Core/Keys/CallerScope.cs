namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// The identity of a caller, as a keyed hash. It is part of the storage key, so that no caller can reach another's record.
/// Different kinds of scope cannot collide, because the kind is hashed, too.
/// </summary>
public readonly record struct CallerScope
{
    private readonly Digest256 _digest;

    private CallerScope(Digest256 digest) => _digest = digest;

    /// <summary>Equal for the same caller; reveals nothing about who that is.</summary>
    public Digest256 Digest => _digest != default ? _digest : throw new InvalidOperationException("a caller scope is never default");

    /// <summary>One scope for all callers, who then share keys and answers. Only for routes that are configured so explicitly.</summary>
    public static CallerScope Shared(StoreSecret secret) => Of(secret, "shared", []);

    /// <summary>The caller is whoever holds these credentials.</summary>
    /// <param name="headers">Credential headers present on the request, names in lower case, in the policy's order.</param>
    public static CallerScope FromCredentials(StoreSecret secret, ReadOnlySpan<KeyValuePair<string, string>> headers) =>
        Of(secret, "credentials", headers);

    /// <summary>The caller is named in a header by a trusted peer.</summary>
    public static CallerScope FromTrustedHeader(StoreSecret secret, string name, string value) =>
        Of(secret, "header", [new(name, value)]);

    /// <summary>The caller holds a certificate, issued under this root, that contains this name.</summary>
    /// <param name="kind">The field of the certificate that contains the name.</param>
    public static CallerScope FromCertificate(StoreSecret secret, string root, string kind, string name) =>
        Of(secret, "certificate", [new("root", root), new(kind, name)]);

    /// <summary>The caller is named by a verified token of this issuer.</summary>
    /// <param name="claims">The claims that identify the caller, in the configured order.</param>
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
