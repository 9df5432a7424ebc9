using IdempotencyGateway.Configuration.Files;

namespace IdempotencyGateway.Fraud.Sources;

/// <summary>A list or database file that profiles use: its last good content, and what is wrong with the file now.</summary>
internal abstract class SourceFile(string path)
{
    private Stamp _seen;
    private Stamp _noticed;
    private bool _hasLooked;
    private volatile string? _problem = "it has not been read yet";

    public string Path => path;

    /// <summary>What is wrong with the file on disk; null when its current content is in use.</summary>
    public string? Problem => _problem;

    /// <summary>
    /// Reads the file if it has changed and has been stable since the previous call. A file that is still being copied must not be read, because half of a list is a valid list, too. The
    /// first call reads the file as it is. The file is read into memory and not mapped, because truncating a mapped file, by copying another one over it, would end the process.
    /// </summary>
    /// <returns>Whether there is something new to report.</returns>
    public bool Refresh()
    {
        try
        {
            var now = Stamp.Of(path);
            if (now == _seen || IsFresh(now))
                return false;
            // Set before reading: a write during the read changes the stamp, so the file will be read again.
            _seen = now;
            _problem = Read(FileContent.Read(path));
        }
        catch (Exception e)
        {
            // Usually the file cannot be read. Any exception of a parser is reported as a problem of the file, too.
            var before = _problem;
            (_seen, _noticed, _hasLooked) = (default, default, true);
            _problem = e.Message;
            return before != e.Message;
        }
        return true;
    }

    private bool IsFresh(Stamp now)
    {
        var isFresh = _hasLooked && now != _noticed;
        (_noticed, _hasLooked) = (now, true);
        return isFresh;
    }

    /// <returns>What is wrong with the content, in which case the earlier content stays in use; null when nothing is.</returns>
    protected abstract string? Read(byte[] content);

    /// <summary>The length and time of the file behind any symbolic links, because an update of a Kubernetes ConfigMap replaces a link.</summary>
    private readonly record struct Stamp(long Length, DateTime Written)
    {
        public static Stamp Of(string path)
        {
            using var file = FileContent.Open(path);
            return file is null ? new(0, File.GetLastWriteTimeUtc(path)) : new(file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle));
        }
    }
}

/// <param name="read">Parses the file's bytes; gives null and the problem if they are unusable.</param>
internal sealed class SourceFile<T>(string path, Func<byte[], (T? Made, string? Problem)> read) : SourceFile(path)
    where T : class
{
    private volatile T? _current;

    /// <summary>The last good content; null when there never was any.</summary>
    public T? Current => _current;

    protected override string? Read(byte[] content)
    {
        var (made, problem) = read(content);
        if (made is null)
            return problem ?? "it cannot be read";
        _current = made;
        return null;
    }
}
