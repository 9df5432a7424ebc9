namespace IdempotencyGateway.Configuration;

/// <summary>How the caller of a request is identified.</summary>
public sealed record CallerPolicy
{
    public CallerScopeKind Scope { get; init; } = CallerScopeKind.Credentials;

    /// <summary>
    /// Names in lower case. <see cref="CallerScopeKind.Credentials"/>: the headers that hold credentials, the defaults always among them.
    /// <see cref="CallerScopeKind.Header"/>: the one header that names the caller.
    /// </summary>
    public IReadOnlyList<string> Headers { get; init; } = ["authorization", "x-api-key"];

    /// <summary>With <see cref="CallerScopeKind.Credentials"/>: credentials that travel elsewhere, such as a client secret in the body.</summary>
    public IReadOnlyList<ValueSource> From { get; init; } = [];

    /// <summary>With <see cref="CallerScopeKind.ClientCertificate"/>: the part of the certificate that names the caller.</summary>
    public CertificateName Certificate { get; init; } = CertificateName.Subject;

    /// <summary>Set with <see cref="CallerScopeKind.Jwt"/>: the issuer whose tokens are accepted.</summary>
    public IssuerSnapshot? Issuer { get; init; }

    /// <summary>Whether the caller can be identified only after the body was read.</summary>
    public bool NeedsBody => From.Any(source => source.NeedsBody);
}

public enum CallerScopeKind
{
    /// <summary>Whoever holds the same credential headers.</summary>
    Credentials,

    /// <summary>A trusted peer names the caller in a header; a request from anyone else is refused.</summary>
    Header,

    /// <summary>Whoever holds the client certificate of the connection; the gateway terminates TLS itself.</summary>
    ClientCertificate,

    /// <summary>Whoever a verified bearer token names (signature, issuer, audience, times). A refreshed token names the same caller.</summary>
    Jwt,

    /// <summary>All callers share their keys.</summary>
    None,
}

/// <summary>The part of a certificate that names the caller. It should survive renewal: a retry under another name is another caller's request, and is executed again.</summary>
public enum CertificateName
{
    /// <summary>The distinguished name: renewal keeps it, and authorities verify it.</summary>
    Subject,

    /// <summary>The subject alternative names, for certificates whose subject is empty or meaningless (SPIFFE).</summary>
    San,

    /// <summary>This very certificate; a renewed one is another caller.</summary>
    Thumbprint,
}
