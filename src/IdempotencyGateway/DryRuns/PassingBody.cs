using IdempotencyGateway.Intake;

namespace IdempotencyGateway.DryRuns;

/// <summary>
/// A request's body while it is forwarded, copied as it passes by, up to the route's limit. Whoever reads it reads the client's own stream: nothing is held back, read ahead or changed. The copy is
/// there before the last bytes go on, so that a request is judged before its provider can have answered.
/// </summary>
/// <param name="announcedInBytes">Its length, where the client said it.</param>
internal sealed class PassingBody(Stream client, long? announcedInBytes, long limitInBytes, BodySpool spool) : Stream
{
    private readonly Lock _gate = new();

    // Whoever waits for it goes on inside of SetResult, and so before the last bytes do.
    private readonly TaskCompletionSource<SpoolResult> _copied = new();
    private byte[] _buffer = [];
    private int _length;
    private bool _isTaken;
    private bool _isGivenUp;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Done when all of it has passed by. To be called once.</summary>
    public Task<SpoolResult> TakeAsync()
    {
        lock (_gate)
        {
            _isTaken = true;
            return _isGivenUp ? Task.FromResult<SpoolResult>(SpoolResult.ClientGone.Instance) : _copied.Task;
        }
    }

    /// <summary>The request has ended: what has not passed by never will, and nobody asks any more.</summary>
    public void GiveUp()
    {
        Conclude(SpoolResult.ClientGone.Instance);
        lock (_gate)
        {
            _isGivenUp = true;
            if (!_isTaken)
                LetGo(_copied.Task.Result);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await client.ReadAsync(buffer, cancellationToken);
        Note(buffer.Span[..read], isEnd: read == 0 && buffer.Length > 0);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = client.Read(buffer, offset, count);
        Note(buffer.AsSpan(offset, read), isEnd: read == 0 && count > 0);
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Note(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        try
        {
            if (Copy(bytes, isEnd) is { } result)
                Conclude(result);
        }
        catch (OutOfMemoryException)
        {
            // The request needs no copy.
            Conclude(SpoolResult.ClientGone.Instance);
        }
    }

    /// <returns>Null while there is more to come, and when nobody wants any more.</returns>
    private SpoolResult? Copy(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        lock (_gate)
        {
            if (_copied.Task.IsCompleted)
                return null;
            var length = _length + bytes.Length;
            if (length > limitInBytes)
                return BodySpool.TooLarge(limitInBytes);
            if (length > _buffer.Length && spool.TryGrow(ref _buffer, _length, length, announcedInBytes, caller: null) is not null)
                return SpoolResult.ClientGone.Instance;
            bytes.CopyTo(_buffer.AsSpan(_length));
            _length = length;
            if (!isEnd && length != announcedInBytes)
                return null;
            var whole = spool.Hand(_buffer, length);
            (_buffer, _length) = ([], 0);
            return new SpoolResult.Whole(whole);
        }
    }

    private void Conclude(SpoolResult result)
    {
        if (!_copied.TrySetResult(result))
            LetGo(result);
        lock (_gate)
        {
            spool.Hand(_buffer, _length).Dispose();
            (_buffer, _length) = ([], 0);
        }
    }

    private static void LetGo(SpoolResult result) => (result as SpoolResult.Whole)?.Body.Dispose();
}
