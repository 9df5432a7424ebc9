using IdempotencyGateway.Intake;

namespace IdempotencyGateway.DryRuns;

/// <summary>
/// A stream over a request's body that copies what is read from it, up to the route's limit. Reads go straight to the client's stream; nothing is delayed, read ahead or changed. The copy is
/// complete before the reader gets the last bytes, so a request is judged before the provider can have answered it.
/// </summary>
/// <param name="announcedInBytes">The Content-Length; null when there is none.</param>
internal sealed class PassingBody(Stream client, long? announcedInBytes, long limitInBytes, BodySpool spool) : Stream
{
    private readonly Lock _gate = new();

    // Continuations run synchronously inside SetResult, on purpose: the judgement must run before the last bytes are handed to the reader.
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

    /// <summary>Completes when the whole body has been read. To be called at most once.</summary>
    public Task<SpoolResult> TakeAsync()
    {
        lock (_gate)
        {
            _isTaken = true;
            return _isGivenUp ? Task.FromResult<SpoolResult>(SpoolResult.ClientGone.Instance) : _copied.Task;
        }
    }

    /// <summary>Called when the request has ended. A body that was not read to its end counts as incomplete, and a copy that nobody took is released.</summary>
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
            // Only the copy fails; the request itself does not need it.
            Conclude(SpoolResult.ClientGone.Instance);
        }
    }

    /// <returns>Null while the body is incomplete, and when the result is known already.</returns>
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
