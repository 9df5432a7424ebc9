using System.Buffers;

namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>
/// One connection to one server for commands whose replies are small and come in the order of the asking. Commands of requests that go on at the same time leave in
/// one write, and replies that arrive together are read in one go: under load most of what a round trip costs is the way to the kernel and back.
/// <para>It is over when the socket is; nothing here connects again, and what had no reply then may or may not have run.</para>
/// </summary>
internal sealed class DirectConnection : IThreadPoolWorkItem, IDisposable
{
    /// <summary>A server this far behind gets no more.</summary>
    private const int MostUnanswered = 100_000;

    /// <summary>A buffer that a large answer made larger than this is not kept.</summary>
    private const int LargestKept = 1024 * 1024;

    private const int FirstSize = 16 * 1024;

    /// <summary>After so much silence it is asked whether it is there; as long again, and it is not.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    private readonly Stream _stream;
    private readonly TimeProvider _clock;
    private readonly long _patience;
    private readonly ITimer _watch;
    private readonly Lock _lock = new();
    private readonly Queue<Asking> _unanswered = new();
    private ArrayBufferWriter<byte> _written = new(FirstSize);
    private ArrayBufferWriter<byte> _leaving = new(FirstSize);
    private bool _isLeaving;
    private bool _isRetired;
    private long _heard;
    private Exception? _end;

    /// <param name="stream">Open, and past the greeting.</param>
    /// <param name="patience">How long a caller waits for a reply, and up to a quarter more.</param>
    public DirectConnection(Stream stream, TimeSpan patience, TimeProvider clock)
    {
        _stream = stream;
        _clock = clock;
        _patience = (long)(patience.TotalSeconds * clock.TimestampFrequency);
        _heard = clock.GetTimestamp();
        _watch = clock.CreateTimer(static connection => ((DirectConnection)connection!).Watch(), this, patience / 4, patience / 4);
        _ = ReadAsync();
    }

    /// <summary>It takes no more commands.</summary>
    public bool IsOver => Volatile.Read(ref _isRetired) || Volatile.Read(ref _end) is not null;

    /// <returns>The reply to come, or null where nothing was written because the connection is over.</returns>
    public ValueTask<DirectReply>? TryAsk(CancellationToken cancellation, params ReadOnlySpan<ReadOnlyMemory<byte>> words)
    {
        var asking = new Asking(_clock.GetTimestamp() + _patience);
        asking.EndWith(cancellation);
        lock (_lock)
        {
            if (_end is not null || _isRetired || _unanswered.Count == MostUnanswered)
            {
                asking.Forget();
                return null;
            }
            _unanswered.Enqueue(asking);
            CommandWriter.Write(_written, words);
            if (_isLeaving)
                return asking.Reply;
            _isLeaving = true;
        }
        // Behind the requests that are ready to go on, whose commands then leave in the same write.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return asking.Reply;
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    /// <summary>Takes no more commands, and ends when those that it took are answered, or nobody waits for their answers any more.</summary>
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
                Asking? asking;
                lock (_lock)
                {
                    if (!_unanswered.TryDequeue(out asking))
                        throw new InvalidDataException("a reply to nothing");
                }
                asking.Answer(reply, ref together);
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
            End(new TimeoutException("the server says nothing any more"));
            return;
        }
        Asking[] late;
        lock (_lock)
            late = [.. _unanswered.TakeWhile(asking => asking.Deadline <= now)];
        foreach (var asking in late)
            asking.Fail(new TimeoutException());
        EndIfDone(now);
        if (silence > LongestSilence)
            TryAsk(default, Words.Ping);
    }

    /// <summary>A retired connection: nobody waits whose patience has not ended.</summary>
    private void EndIfDone(long now)
    {
        if (!Volatile.Read(ref _isRetired))
            return;
        lock (_lock)
        {
            if (_unanswered.Any(asking => asking.Deadline > now))
                return;
        }
        Dispose();
    }

    private void End(Exception reason)
    {
        Asking[] unanswered;
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
        foreach (var asking in unanswered)
            asking.Fail(lost);
    }
}
