using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tls;

/// <summary>The result of reading the files of <c>Listen.Tls</c>: exactly one of the two cases below.</summary>
internal abstract record TlsFilesResult
{
    private TlsFilesResult()
    {
    }

    /// <summary>All files that were read or found missing. A change of one of them may change the result.</summary>
    public required IReadOnlyList<ConfigurationFile> Files { get; init; }

    public sealed record Usable(ServedTls Tls) : TlsFilesResult;

    /// <param name="Problems">All of them; never empty.</param>
    public sealed record Broken(IReadOnlyList<ConfigurationProblem> Problems) : TlsFilesResult;
}
