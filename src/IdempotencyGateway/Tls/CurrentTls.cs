using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tls;

/// <summary>Holds the TLS certificate and settings in use: those of the start, or of the last successful renewal from the same files.</summary>
internal sealed class CurrentTls
{
    private readonly ListenTlsSnapshot? _tls;
    private readonly TimeProvider _clock;
    private volatile ServedTls? _served;

    /// <summary>The files that <see cref="_served"/> was read from. Refused files are not remembered, because they may become usable unchanged: a certificate may not be valid yet.</summary>
    private IReadOnlyList<ConfigurationFile> _servedFrom = [];

    private CurrentTls(ListenTlsSnapshot? tls, TimeProvider clock) => (_tls, _clock) = (tls, clock);

    /// <summary>Null when nothing is served over TLS.</summary>
    public ServedTls? Served => _served;

    /// <param name="tls">Null if no address uses TLS; the result then serves nothing and never changes.</param>
    /// <exception cref="TlsFilesException">The files are not usable. The message says what to change.</exception>
    public static CurrentTls Open(ListenTlsSnapshot? tls, TimeProvider clock)
    {
        var current = new CurrentTls(tls, clock);
        return current.Renew() is TlsRenewal.Refused(var problems)
            ? throw new TlsFilesException(string.Join(Environment.NewLine, problems.Select(problem => $"{problem.Path} {problem.Message}")))
            : current;
    }

    /// <summary>Reads the files again. Not thread-safe.</summary>
    public TlsRenewal Renew()
    {
        if (_tls is null)
            return TlsRenewal.Unchanged.Instance;
        var read = TlsFiles.Read(_tls, _clock.GetUtcNow());
        switch (read)
        {
            case TlsFilesResult.Broken(var problems):
                return new TlsRenewal.Refused(problems) { Files = read.Files };
            case TlsFilesResult.Usable when read.Files.SequenceEqual(_servedFrom):
                return new TlsRenewal.Unchanged { Files = read.Files };
            case TlsFilesResult.Usable(var served):
                (_served, _servedFrom) = (served, read.Files);
                return new TlsRenewal.Renewed(served) { Files = read.Files };
            default:
                throw new InvalidOperationException("no such result");
        }
    }
}

/// <summary>The gateway cannot start, because it has no usable TLS certificate. The message says what to change.</summary>
public sealed class TlsFilesException(string message) : Exception(message);
