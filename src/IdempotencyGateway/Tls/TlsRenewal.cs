using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tls;

/// <summary>What came of reading the TLS files again: exactly one of the three cases below.</summary>
internal abstract record TlsRenewal
{
    private TlsRenewal()
    {
    }

    /// <summary>What was read, to be watched.</summary>
    public IReadOnlyList<ConfigurationFile> Files { get; init; } = [];

    public sealed record Unchanged : TlsRenewal
    {
        public static readonly Unchanged Instance = new();
    }

    /// <summary>Handshakes from now on are made with this.</summary>
    public sealed record Renewed(ServedTls Served) : TlsRenewal;

    /// <summary>The last good one stays.</summary>
    public sealed record Refused(IReadOnlyList<ConfigurationProblem> Problems) : TlsRenewal;
}
