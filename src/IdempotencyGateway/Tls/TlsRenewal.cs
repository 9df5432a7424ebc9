using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tls;

/// <summary>The result of reading the TLS files again: exactly one of the three cases below.</summary>
internal abstract record TlsRenewal
{
    private TlsRenewal()
    {
    }

    /// <summary>The files that were read or found missing, and are to be watched.</summary>
    public IReadOnlyList<ConfigurationFile> Files { get; init; } = [];

    public sealed record Unchanged : TlsRenewal
    {
        public static readonly Unchanged Instance = new();
    }

    /// <summary>New handshakes use <paramref name="Served"/>.</summary>
    public sealed record Renewed(ServedTls Served) : TlsRenewal;

    /// <summary>The files are not usable; the certificate in use stays.</summary>
    public sealed record Refused(IReadOnlyList<ConfigurationProblem> Problems) : TlsRenewal;
}
