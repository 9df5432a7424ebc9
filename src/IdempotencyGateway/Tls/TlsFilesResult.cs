using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tls;

/// <summary>What came of reading the files of <c>Listen.Tls</c>: exactly one of the two cases below.</summary>
internal abstract record TlsFilesResult
{
    private TlsFilesResult()
    {
    }

    /// <summary>Every file that was read or looked for: a change of one of them may change the result.</summary>
    public required IReadOnlyList<ConfigurationFile> Files { get; init; }

    public sealed record Usable(ServedTls Tls) : TlsFilesResult;

    /// <param name="Problems">All of them; never empty.</param>
    public sealed record Broken(IReadOnlyList<ConfigurationProblem> Problems) : TlsFilesResult;
}
