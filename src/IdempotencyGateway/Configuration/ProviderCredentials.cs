namespace IdempotencyGateway.Configuration;

/// <summary>The credentials that the gateway shows to the destinations of one cluster.</summary>
public sealed record ProviderCredentials
{
    /// <summary>Null where the provider asks for none.</summary>
    public ClientCertificateFiles? ClientCertificate { get; init; }

    /// <summary>Null where the clients' own credentials, or none, are passed on.</summary>
    public OAuthClient? OAuth { get; init; }
}

/// <param name="CertificateFile">PEM.</param>
/// <param name="KeyFile">PEM; null where the key is in the same file.</param>
public sealed record ClientCertificateFiles(string CertificateFile, string? KeyFile);

/// <summary>A client of an OAuth 2.0 authorization server that gets its tokens by client credentials (RFC 6749 §4.4).</summary>
public sealed record OAuthClient
{
    public required Uri TokenUrl { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Holds the secret and nothing else; read for each token, so that it can be replaced.</summary>
    public required string ClientSecretFile { get; init; }

    /// <summary>Names with spaces between them; null asks for the server's usual.</summary>
    public string? Scope { get; init; }

    /// <summary>For servers that issue tokens for several providers; null leaves the parameter out.</summary>
    public string? Audience { get; init; }

    public ClientAuthentication Authentication { get; init; } = ClientAuthentication.Basic;
}

/// <summary>How the client shows its secret (RFC 6749 §2.3.1).</summary>
public enum ClientAuthentication
{
    /// <summary>In the Authorization header.</summary>
    Basic,

    /// <summary>In the form.</summary>
    Form,
}
