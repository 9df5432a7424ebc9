using System.Buffers;

namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>
/// A pipelined connection to one server, for commands with simple replies, which come in the order of the commands. Commands of concurrent requests go out in one write, and replies
/// that arrive together are read in one call: under load, system calls are most of a round trip's cost.
/// <para>It does not reconnect. When the socket closes, commands without a reply fail, and may or may not have run.</para>
/// </summary>
internal sealed class DirectConnection : IThreadPoolWorkItem, IDisposable
{
    /// <summary>With this many replies outstanding, further commands are not sent.</summary>
    private const int MostUnanswered = 100_000;

    /// <summary>A buffer that has grown beyond this is replaced by a small one.</summary>
    private const int LargestKept = 1024 * 1024;

    private const int FirstSize = 16 * 1024;

    /// <summary>After this long without a reply a PING is sent; after twice as long the connection counts as lost.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    private readonly Stream _stream;
    private readonly TimeProvider _clock;
    private readonly long _patience;
    private readonly ITimer _watch;
    private readonly Lock _lock = new();
    private readonly Queue<PendingCommand> _unanswered = new();
    private ArrayBufferWriter<byte> _written = new(FirstSize);
    private ArrayBufferWriter<byte> _leaving = new(FirstSize);
    private bool _isLeaving;
    private bool _isRetired;
    private long _heard;
    private Exception? _end;

    /// <param name="stream">Open and authenticated.</param>
    /// <param name="patience">How long a caller waits for a reply; it may be up to a quarter more.</param>
    public DirectConnection(Stream stream, TimeSpan patience, TimeProvider clock)
    {
        _stream = stream;
        _clock = clock;
        _patience = (long)(patience.TotalSeconds * clock.TimestampFrequency);
        _heard = clock.GetTimestamp();
        _watch = clock.CreateTimer(static connection => ((DirectConnection)connection!).Watch(), this, patience / 4, patience / 4);
        _ = ReadAsync();
    }

    /// <summary>It accepts no more commands.</summary>
    public bool IsOver => Volatile.Read(ref _isRetired) || Volatile.Read(ref _end) is not null;

    /// <returns>The reply to come, or null when the command was not queued, because the connection is over or has too many replies outstanding.</returns>
    public ValueTask<DirectReply>? TrySend(CancellationToken cancellation, params ReadOnlySpan<ReadOnlyMemory<byte>> words)
    {
        var command = new PendingCommand(_clock.GetTimestamp() + _patience);
        command.EndWith(cancellation);
        lock (_lock)
        {
            if (_end is not null || _isRetired || _unanswered.Count == MostUnanswered)
            {
                command.Forget();
                return null;
            }
            _unanswered.Enqueue(command);
            CommandWriter.Write(_written, words);
            if (_isLeaving)
                return command.Reply;
            _isLeaving = true;
        }
        // Queued behind the requests that are ready to run, so that their commands go out in the same write.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return command.Reply;
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    /// <summary>Accepts no more commands, and closes when those under way have their replies or have timed out.</summary>
    public void Retire()
    {
        lock (_lock)
            _isRetired = true;
        EndIfDone(_clock.GetTimestamp());
    }

    public void Dispose() => End(new ObjectDisposedException(nameof(DirectConnection)));

    private async Task WriteAsync()
    {
        try
        {
            while (TakeWritten() is { } leaving)
            {
                await _stream.WriteAsync(leaving.WrittenMemory);
                if (leaving.Capacity > LargestKept)
                    _leaving = new(FirstSize);
                else
                    leaving.ResetWrittenCount();
            }
        }
        catch (Exception e)
        {
            End(e);
        }
    }

    private ArrayBufferWriter<byte>? TakeWritten()
    {
        lock (_lock)
        {
            _isLeaving = _written.WrittenCount > 0;
            if (!_isLeaving)
                return null;
            (_written, _leaving) = (_leaving, _written);
            return _leaving;
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[FirstSize];
        var arrived = 0;
        try
        {
            while (await _stream.ReadAsync(buffer.AsMemory(arrived)) is > 0 and var more)
            {
                arrived += more;
                var now = _clock.GetTimestamp();
                Volatile.Write(ref _heard, now);
                var used = AnswerAll(buffer.AsSpan(0, arrived));
                EndIfDone(now);
                buffer.AsSpan(used, arrived - used).CopyTo(buffer);
                arrived -= used;
                if (arrived == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length * 2);
                else if (arrived == 0 && buffer.Length > LargestKept)
                    buffer = new byte[FirstSize];
            }
            End(new IOException("the server closed the connection"));
        }
        catch (Exception e)
        {
            End(e);
        }
    }

    private int AnswerAll(ReadOnlySpan<byte> arrived)
    {
        var used = 0;
        var together = new WaitingCaller.Group();
        try
        {
            while (used < arrived.Length && ReplyReader.TryRead(arrived[used..], out var reply, out var length))
            {
                used += length;
                PendingCommand? command;
                lock (_lock)
                {
                    if (!_unanswered.TryDequeue(out command))
                        throw new InvalidDataException("a reply without a command");
                }
                command.Answer(reply, ref together);
            }
            return used;
        }
        finally
        {
            together.Resume();
        }
    }

    private void Watch()
    {
        var now = _clock.GetTimestamp();
        var silence = _clock.GetElapsedTime(Volatile.Read(ref _heard), now);
        if (silence > 2 * LongestSilence)
        {
            End(new TimeoutException("the server has stopped answering"));
            return;
        }
        PendingCommand[] late;
        lock (_lock)
            late = [.. _unanswered.TakeWhile(command => command.Deadline <= now)];
        foreach (var command in late)
            command.Fail(new TimeoutException());
        EndIfDone(now);
        if (silence > LongestSilence)
            TrySend(default, Words.Ping);
    }

    /// <summary>Closes a retired connection once no command is left that has not timed out.</summary>
    private void EndIfDone(long now)
    {
        if (!Volatile.Read(ref _isRetired))
            return;
        lock (_lock)
        {
            if (_unanswered.Any(command => command.Deadline > now))
                return;
        }
        Dispose();
    }

    private void End(Exception reason)
    {
        PendingCommand[] unanswered;
        lock (_lock)
        {
            if (_end is not null)
                return;
            Volatile.Write(ref _end, reason);
            unanswered = [.. _unanswered];
            _unanswered.Clear();
        }
        _watch.Dispose();
        _stream.Dispose();
        var lost = new IOException($"the connection was lost ({reason.Message})", reason);
        foreach (var command in unanswered)
            command.Fail(lost);
    }
}
