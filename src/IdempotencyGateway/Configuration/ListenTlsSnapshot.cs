namespace IdempotencyGateway.Configuration;

/// <summary>TLS towards clients: the gateway's certificate, and what is required of client certificates. Paths are full.</summary>
public sealed record ListenTlsSnapshot
{
    /// <summary>PEM: the gateway's certificate, followed by the intermediates. Null with <see cref="PfxFile"/>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM; null means that the key is in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>PKCS #12, instead of the two above.</summary>
    public string? PfxFile { get; init; }

    /// <summary>From the environment.</summary>
    public PfxPassword? PfxPassword { get; init; }

    /// <summary>A file that holds only the password.</summary>
    public string? PfxPasswordFile { get; init; }

    public TlsVersion MinimumVersion { get; init; } = TlsVersion.Tls12;

    public ClientCertificates ClientCertificates { get; init; } = ClientCertificates.Off;

    /// <summary>PEM: the roots that clients' certificates must come from. Set when clients are asked for certificates.</summary>
    public string? ClientCaFile { get; init; }

    /// <summary>Whether client certificates are checked for revocation, over the network and during the handshake. A downloaded revocation list is used until it is out of date.</summary>
    public bool ChecksClientRevocation { get; init; }
}

/// <summary>A password that is never printed.</summary>
public sealed record PfxPassword(string Value)
{
    public override string ToString() => "(not shown)";
}

public enum TlsVersion
{
    Tls12,
    Tls13,
}

/// <summary>Whether clients are asked for a certificate. If a client sends an invalid one, the handshake fails in either case.</summary>
public enum ClientCertificates
{
    Off,

    /// <summary>Clients may connect without one. Routes that identify callers by certificate refuse their requests.</summary>
    Allowed,

    Required,
}
