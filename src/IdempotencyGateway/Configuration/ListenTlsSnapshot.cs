namespace IdempotencyGateway.Configuration;

/// <summary>TLS towards clients: which certificate the gateway shows, and which of theirs it asks for. Paths are full.</summary>
public sealed record ListenTlsSnapshot
{
    /// <summary>PEM: the gateway's certificate, after it those between it and its root. Null with <see cref="PfxFile"/>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM; null means that the key stands in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>PKCS #12, instead of the two above.</summary>
    public string? PfxFile { get; init; }

    /// <summary>From the environment.</summary>
    public PfxPassword? PfxPassword { get; init; }

    /// <summary>A file that holds nothing but the password.</summary>
    public string? PfxPasswordFile { get; init; }

    public TlsVersion MinimumVersion { get; init; } = TlsVersion.Tls12;
}

/// <summary>Never printed.</summary>
public sealed record PfxPassword(string Value)
{
    public override string ToString() => "(not shown)";
}

public enum TlsVersion
{
    Tls12,
    Tls13,
}
