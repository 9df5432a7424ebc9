namespace IdempotencyGateway.Stores.Sqlite.Redo;

/// <summary>
/// What the database file does not hold yet, on the disk: each group's changes as one frame, written and flushed before anybody hears of them. Once the database
/// has them, the log begins again at its start and writes over itself, which needs no new space and half the time of a growing file.
/// <para>Invariant: the frames from the start of the file, numbered without a gap, end with the last one that counts. Whatever lies behind that is older.</para>
/// </summary>
internal sealed class RedoLog : IDisposable
{
    private const int SearchWindowInBytes = 1 << 20;
    private const int ZerosInBytes = 1 << 16;
    private readonly RedoFile _file;
    private readonly long _salt;
    private long? _failedAt;
    private long _writtenUpTo;

    private RedoLog(RedoFile file, long salt, long last)
    {
        _file = file;
        _salt = salt;
        Last = last;
    }

    /// <summary>The number of the last frame that counts.</summary>
    public long Last { get; private set; }

    /// <summary>How long the part is that counts, in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Something that was written may still be read in the file.</summary>
    public bool HasRemains => _writtenUpTo > 0;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="salt">Of this store's checksums.</param>
    /// <param name="folded">The last frame that the database holds.</param>
    /// <exception cref="SqliteFailure">A frame that was written is damaged, or missing.</exception>
    /// <exception cref="IOException">The file cannot be read or written; likewise <see cref="UnauthorizedAccessException"/>.</exception>
    public static RedoLog Open(string path, long salt, long folded) => Open(new RedoFile(path), salt, folded);

    /// <param name="file">The log's from now on.</param>
    internal static RedoLog Open(RedoFile file, long salt, long folded)
    {
        var log = new RedoLog(file, salt, folded);
        try
        {
            log.FindEnd();
            log._writtenUpTo = file.Length;
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Writes a group's changes and waits for the disk. When it throws, nothing of them counts.</summary>
    /// <exception cref="SqliteFailure">The disk is full, or fails.</exception>
    public void Append(RedoChanges changes)
    {
        var frame = changes.Frame;
        RedoFrame.Seal(frame, Last + 1, _salt);
        _writtenUpTo = Math.Max(_writtenUpTo, Length + frame.Length);
        try
        {
            _file.Write(frame, Length);
            _file.Flush();
        }
        catch (SqliteFailure)
        {
            // Whatever part of it came to the disk is written over by the next one, which bears the same number.
            _failedAt = Length;
            throw;
        }
        _failedAt = null;
        Length += frame.Length;
        Last++;
    }

    /// <summary>Hands out, in their order, the changes of the frames after one.</summary>
    /// <exception cref="SqliteFailure">A frame cannot be read, or is not what was written.</exception>
    public void Replay(long after, Action<ReadOnlySpan<byte>> apply)
    {
        for (var at = 0L; at < Length;)
        {
            if (!TryReadWhole(at, out var frame, out var changes))
                throw Damaged(at);
            if (frame.Number > after)
                apply(changes);
            at += RedoFrame.HeadInBytes + changes.Length;
        }
    }

    /// <summary>The database holds everything, durably: the next frame is written at the start.</summary>
    /// <exception cref="SqliteFailure">What was left of a frame that failed cannot be taken away, and would pass for one that is missing. The log goes on as it was.</exception>
    public void Rewind()
    {
        if (_failedAt is { } failed)
        {
            _file.Write(new byte[RedoFrame.HeadInBytes], failed);
            _file.Flush();
        }
        _failedAt = null;
        Length = 0;
    }

    /// <summary>After <see cref="Rewind"/>: nothing of what was written stays readable. In place, so that the file keeps its blocks, and the disk gets no copies from us.</summary>
    /// <exception cref="SqliteFailure">Something of it is left.</exception>
    public void Wipe()
    {
        var zeros = new byte[ZerosInBytes];
        for (var at = Length; at < _writtenUpTo; at += zeros.Length)
            _file.Write(zeros.AsSpan(0, (int)Math.Min(zeros.Length, _writtenUpTo - at)), at);
        _file.Flush();
        _writtenUpTo = Length;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>
    /// A frame that was torn when the machine stopped was never answered, and ends the log. One that is damaged has others of a later number behind it.
    /// </summary>
    private void FindEnd()
    {
        var folded = Last;
        for (var next = (long?)null; TryReadWhole(Length, out var frame, out var changes) && frame.Number == (next ?? frame.Number); next = frame.Number + 1)
        {
            if (next is null && frame.Number > folded + 1)
                throw Damaged(0);
            Length += RedoFrame.HeadInBytes + changes.Length;
            Last = Math.Max(folded, frame.Number);
        }
        if (FindLater(Length) is { } lost)
            throw Damaged(lost);
        // Frames that the database holds already do not count, and are written over.
        if (Last == folded)
            Rewind();
    }

    /// <returns>Where a whole frame lies that must have had more before it, or null.</returns>
    private long? FindLater(long from)
    {
        var window = new byte[SearchWindowInBytes];
        for (var at = from; _file.Read(window, at) is var read && read >= RedoFrame.HeadInBytes; at += read - RedoFrame.Mark.Length + 1)
        {
            for (var within = 0; window.AsSpan(within, read - within).IndexOf(RedoFrame.Mark) is var found and >= 0; within += found + 1)
            {
                var place = at + within + found;
                if (TryReadWhole(place, out var frame, out _) && frame.Number > Last)
                    return place;
            }
        }
        return null;
    }

    private bool TryReadWhole(long at, out RedoFrame frame, out byte[] changes)
    {
        changes = [];
        Span<byte> head = stackalloc byte[RedoFrame.HeadInBytes];
        if (_file.Read(head, at) < head.Length || !RedoFrame.TryRead(head, _salt, out frame) || frame.Length > _file.Length - at - head.Length)
        {
            frame = default;
            return false;
        }
        changes = new byte[frame.Length];
        return _file.Read(changes, at + head.Length) == changes.Length && RedoFrame.IsWhole(head, changes, _salt);
    }

    private SqliteFailure Damaged(long at) => SqliteFailure.Corrupt($"{_file.Path} is damaged at byte {at}, and what it held there is nowhere else");
}
