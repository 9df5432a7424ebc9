namespace IdempotencyGateway.Configuration;

/// <summary>Whose request it is.</summary>
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

    /// <summary>With <see cref="CallerScopeKind.ClientCertificate"/>: what in it names the caller.</summary>
    public CertificateName Certificate { get; init; } = CertificateName.Subject;

    /// <summary>There with <see cref="CallerScopeKind.Jwt"/>: whose tokens count.</summary>
    public IssuerSnapshot? Issuer { get; init; }

    /// <summary>The caller can be identified only once the body is there.</summary>
    public bool NeedsBody => From.Any(source => source.NeedsBody);
}

public enum CallerScopeKind
{
    /// <summary>Whoever holds the same credential headers.</summary>
    Credentials,

    /// <summary>Named in a header by a trusted peer; from anyone else the request is refused.</summary>
    Header,

    /// <summary>Whoever holds the certificate that the connection was made with; the gateway ends TLS itself.</summary>
    ClientCertificate,

    /// <summary>Whoever a bearer token names, once its signature, issuer, audience and times were checked; a refreshed token is the same caller's.</summary>
    Jwt,

    /// <summary>All callers share their keys.</summary>
    None,
}

/// <summary>What is the same in a caller's next certificate. A retry under a name that changed meanwhile would be another caller's, and run again.</summary>
public enum CertificateName
{
    /// <summary>The distinguished name; renewal keeps it, and authorities check it.</summary>
    Subject,

    /// <summary>The subject alternative names, where the subject is empty or says nothing (SPIFFE).</summary>
    San,

    /// <summary>This very certificate; a renewed one is another caller.</summary>
    Thumbprint,
}
