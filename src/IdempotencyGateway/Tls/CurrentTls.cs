using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tls;

/// <summary>The TLS material in force: what the process started with, or the last good content of the same files since.</summary>
internal sealed class CurrentTls
{
    private readonly ListenTlsSnapshot? _tls;
    private readonly TimeProvider _clock;
    private volatile ServedTls? _served;
    /// <summary>What <see cref="_served"/> was read from. Not what was refused since: that may be good the next time, once its own time has come.</summary>
    private IReadOnlyList<ConfigurationFile> _servedFrom = [];

    private CurrentTls(ListenTlsSnapshot? tls, TimeProvider clock) => (_tls, _clock) = (tls, clock);

    /// <summary>Null when nothing is served over TLS.</summary>
    public ServedTls? Served => _served;

    /// <param name="tls">Null makes one that serves nothing and never changes.</param>
    /// <exception cref="TlsFilesException">The files are not usable. The message says what to change.</exception>
    public static CurrentTls Open(ListenTlsSnapshot? tls, TimeProvider clock)
    {
        var current = new CurrentTls(tls, clock);
        return current.Renew() is TlsRenewal.Refused(var problems)
            ? throw new TlsFilesException(string.Join(Environment.NewLine, problems.Select(problem => $"{problem.Path} {problem.Message}")))
            : current;
    }

    /// <summary>Reads the files again. One caller at a time.</summary>
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

/// <summary>The gateway may not start: it has nothing to show to clients that come over TLS.</summary>
public sealed class TlsFilesException(string message) : Exception(message);
