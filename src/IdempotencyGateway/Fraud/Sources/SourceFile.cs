using IdempotencyGateway.Configuration.Files;

namespace IdempotencyGateway.Fraud.Sources;

/// <summary>One file that profiles take their knowledge from: as it was when it was last good, and what is wrong with it since.</summary>
internal abstract class SourceFile(string path)
{
    private Stamp _seen;
    private Stamp _noticed;
    private bool _hasLooked;
    private volatile string? _problem = "it has not been read yet";

    public string Path => path;

    /// <summary>What is wrong with the file as it lies there now; null when it is in use.</summary>
    public string? Problem => _problem;

    /// <summary>
    /// Reads it if it has changed, and was already in this state at the previous look: whoever copies a new one over it may not be done, and half a list is a list as well. The
    /// first time there is nothing else to go by, and it is read as it is. Read whole and not mapped: a mapped file that somebody cuts short, by copying a new one over it, ends the process.
    /// </summary>
    /// <returns>Whether there is anything new to report about it.</returns>
    public bool Refresh()
    {
        try
        {
            var now = Stamp.Of(path);
            if (now == _seen || IsFresh(now))
                return false;
            // Noted first: whoever writes it meanwhile leaves a later stamp, and it is read again.
            _seen = now;
            _problem = Read(FileContent.Read(path));
        }
        catch (Exception e)
        {
            // Above all one that cannot be read; but whatever a parser stumbles over is the file's problem too.
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

    /// <returns>What is wrong with it, and the earlier one stays in use; or null.</returns>
    protected abstract string? Read(byte[] content);

    /// <summary>Links are followed: what a ConfigMap's update replaces is a link on the way.</summary>
    private readonly record struct Stamp(long Length, DateTime Written)
    {
        public static Stamp Of(string path)
        {
            if (FileContent.IsEmpty(path))
                return new(0, File.GetLastWriteTimeUtc(path));
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return new(file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle));
        }
    }
}

/// <param name="read">From the file's bytes to what is looked up in, or null and what is wrong.</param>
internal sealed class SourceFile<T>(string path, Func<byte[], (T? Made, string? Problem)> read) : SourceFile(path)
    where T : class
{
    private volatile T? _current;

    /// <summary>The last good one; null when there never was any.</summary>
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
