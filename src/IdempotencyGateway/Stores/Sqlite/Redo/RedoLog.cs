namespace IdempotencyGateway.Stores.Sqlite.Redo;

/// <summary>
/// The write-ahead log before the database file: one frame per group, flushed before any caller sees a result. After a checkpoint the log is rewound and overwrites itself:
/// a flush takes longer when the file has grown, so it grows by zeros that later frames overwrite, too.
/// <para>Invariant: the valid frames lie at the start of the file, numbered without a gap up to <see cref="Last"/>. Whatever lies behind them is older, or zeros.</para>
/// </summary>
internal sealed class RedoLog : IDisposable
{
    private const int SearchWindowInBytes = 1 << 20;
    private const int ZerosAheadInBytes = 1 << 18;
    private readonly RedoFile _file;
    private readonly long _salt;
    /// <summary>Where a frame begins that could not be appended, and may be on the disk in part or in whole.</summary>
    private long? _failedAt;
    private long _writtenUpTo;
    private long _fileEnd;

    private RedoLog(RedoFile file, long salt, long last)
    {
        _file = file;
        _salt = salt;
        Last = last;
    }

    /// <summary>The number of the last valid frame, or of the last one in the database when there is none.</summary>
    public long Last { get; private set; }

    /// <summary>Length of the valid frames, in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>The file may still contain data, valid or not.</summary>
    public bool HasRemains => _writtenUpTo > 0;

    /// <summary>Opens the file, or creates it.</summary>
    /// <param name="salt">Salts the checksums of this store.</param>
    /// <param name="checkpointed">The number of the last frame that the database holds.</param>
    /// <exception cref="SqliteFailure">A frame that was acknowledged is damaged, or missing.</exception>
    /// <exception cref="IOException">The file cannot be read or written; likewise <see cref="UnauthorizedAccessException"/>.</exception>
    public static RedoLog Open(string path, long salt, long checkpointed) => Open(new RedoFile(path), salt, checkpointed);

    /// <param name="file">Disposed with the log.</param>
    internal static RedoLog Open(RedoFile file, long salt, long checkpointed)
    {
        var log = new RedoLog(file, salt, checkpointed);
        try
        {
            log.FindEnd();
            log._writtenUpTo = log._fileEnd = file.Length;
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Appends a group's changes and flushes them. When it throws, the log is as it was before.</summary>
    /// <exception cref="SqliteFailure">The disk is full, or fails.</exception>
    public void Append(RedoChanges changes)
    {
        var frame = changes.Frame;
        RedoFrame.Seal(frame, Last + 1, _salt);
        _writtenUpTo = Math.Max(_writtenUpTo, Length + frame.Length);
        try
        {
            _file.Write(frame, Length);
            ExtendBehind(Length + frame.Length);
            _file.Flush();
        }
        catch (SqliteFailure)
        {
            // Whatever part of it reached the disk is overwritten by the next frame, which gets the same number.
            _failedAt = Length;
            throw;
        }
        _failedAt = null;
        Length += frame.Length;
        Last++;
    }

    /// <summary>Passes the changes of each frame numbered higher than <paramref name="after"/> to <paramref name="apply"/>, in order.</summary>
    /// <exception cref="SqliteFailure">A frame cannot be read, or is damaged.</exception>
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

    /// <summary>Starts over at the beginning of the file. Only when the database durably holds everything.</summary>
    /// <exception cref="SqliteFailure">
    /// What a failed append left cannot be overwritten. The next start would take it for a later frame whose predecessors are lost, so the log is not rewound.
    /// </exception>
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

    /// <summary>After <see cref="Rewind"/>: overwrites everything with zeros. In place, so that the file keeps its blocks and no freed block keeps the data.</summary>
    /// <exception cref="SqliteFailure">Some data is left.</exception>
    public void Wipe()
    {
        _file.WriteZeros(Length, _writtenUpTo);
        _file.Flush();
        _writtenUpTo = Length;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Writes zeros behind a frame with which the file has grown.</summary>
    private void ExtendBehind(long end)
    {
        if (end <= _fileEnd)
            return;
        _fileEnd = end;
        try
        {
            _file.WriteZeros(end, end + ZerosAheadInBytes);
            _fileEnd = end + ZerosAheadInBytes;
        }
        catch (SqliteFailure)
        {
            // The frame is written, and only the time of later flushes depends on the zeros. They need disk space that later frames may still find.
        }
    }

    /// <summary>
    /// Finds the last valid frame. A frame that was torn by a crash was never acknowledged, and ends the log. A damaged frame is told from a torn one by the later frames behind it,
    /// and is an error.
    /// </summary>
    private void FindEnd()
    {
        var checkpointed = Last;
        long? next = null;
        while (TryReadWhole(Length, out var frame, out var changes) && (next is null || frame.Number == next))
        {
            if (next is null && frame.Number > checkpointed + 1)
                throw Damaged(0);
            Length += RedoFrame.HeadInBytes + changes.Length;
            Last = Math.Max(checkpointed, frame.Number);
            next = frame.Number + 1;
        }
        if (FindLater(Length) is { } lost)
            throw Damaged(lost);
        // The database already holds every frame, so they may be overwritten.
        if (Last == checkpointed)
            Rewind();
    }

    /// <returns>Where an intact later frame lies, whose predecessors must have been damaged; null when there is none.</returns>
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

    private SqliteFailure Damaged(long at) => SqliteFailure.Corrupt($"{_file.Path} is damaged at byte {at}, and the data there is stored nowhere else");
}
