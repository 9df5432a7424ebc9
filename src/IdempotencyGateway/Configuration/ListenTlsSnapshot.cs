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

    public ClientCertificates ClientCertificates { get; init; } = ClientCertificates.Off;

    /// <summary>PEM: exactly the roots that clients' certificates may come from. There when they are asked for.</summary>
    public string? ClientCaFile { get; init; }

    /// <summary>Whether the certificate's authority is asked, over the network and during the handshake, if it was revoked. A list of its own counts until it is out of date.</summary>
    public bool ChecksClientRevocation { get; init; }
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

/// <summary>Whether clients are asked for a certificate. One that is shown has to be good in either case, or there is no connection.</summary>
public enum ClientCertificates
{
    Off,

    /// <summary>Clients may come without one; routes that identify callers by it refuse them.</summary>
    Allowed,

    Required,
}
