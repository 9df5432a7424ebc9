namespace IdempotencyGateway.Configuration;

/// <summary>The gateway's own credentials for the destinations of one cluster.</summary>
public sealed record ProviderCredentials
{
    /// <summary>Null when the provider needs none.</summary>
    public ClientCertificateFiles? ClientCertificate { get; init; }

    /// <summary>Null when the clients' own credentials, if any, are passed on.</summary>
    public OAuthClient? OAuth { get; init; }
}

/// <param name="CertificateFile">PEM.</param>
/// <param name="KeyFile">PEM; null when the key is in <paramref name="CertificateFile"/>.</param>
public sealed record ClientCertificateFiles(string CertificateFile, string? KeyFile);

/// <summary>The gateway as an OAuth 2.0 client that gets tokens with the client credentials grant (RFC 6749 §4.4).</summary>
public sealed record OAuthClient
{
    public required Uri TokenUrl { get; init; }

    public required string ClientId { get; init; }

    /// <summary>A file that holds only the secret. It is read for each token request, so that it can be replaced.</summary>
    public required string ClientSecretFile { get; init; }

    /// <summary>Names separated by spaces; null requests the server's default scope.</summary>
    public string? Scope { get; init; }

    /// <summary>For servers that issue tokens for several providers; null leaves the parameter out.</summary>
    public string? Audience { get; init; }

    public ClientAuthentication Authentication { get; init; } = ClientAuthentication.Basic;
}

/// <summary>How the client sends its secret (RFC 6749 §2.3.1).</summary>
public enum ClientAuthentication
{
    /// <summary>In the Authorization header.</summary>
    Basic,

    /// <summary>In the form.</summary>
    Form,
}
