using System.Buffers;
using System.IO.Pipelines;
using System.Numerics;
using System.Security.Cryptography;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Limits;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Recording;

/// <summary>
/// Buffers the provider's answer instead of passing it to the client, up to the route's cap, so that it can be recorded first. When the answer exceeds
/// the cap, or the memory budget for answers, <paramref name="overflow"/> is called once with what is buffered and the reason, and the rest streams to
/// the stream that it returns.
/// </summary>
internal sealed class ResponseTee(int capInBytes, AnswerBudget budget, Func<ReadOnlyMemory<byte>, TombstoneReason, Task<Stream>> overflow) : Stream, IHttpResponseBodyFeature
{
    private const int SmallestBufferInBytes = 256;

    private byte[] _held = [];
    private int _length;
    private Stream? _through;
    private PipeWriter? _writer;

    /// <summary>The answer exceeded the cap or the budget, and what was buffered has been passed on.</summary>
    public bool Overflowed => _through is not null;

    /// <summary>How much of the body has arrived, in bytes.</summary>
    public long Received { get; private set; }

    /// <summary>The body so far, unless it overflowed. Valid until the tee is disposed.</summary>
    public ReadOnlyMemory<byte> Held => _held.AsMemory(0, _length);

    Stream IHttpResponseBodyFeature.Stream => this;

    PipeWriter IHttpResponseBodyFeature.Writer => _writer ??= PipeWriter.Create(this, new StreamPipeWriterOptions(leaveOpen: true));

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Received += buffer.Length;
        if (_through is not null)
            return _through.WriteAsync(buffer, cancellationToken);
        if (_length + (long)buffer.Length > capInBytes)
            return OverflowAsync(buffer, TombstoneReason.TooLarge);
        return TryHold(buffer.Span) ? default : OverflowAsync(buffer, TombstoneReason.MemoryFull);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _through?.FlushAsync(cancellationToken) ?? Task.CompletedTask;

    // These would start or complete the client's response, which the exchange decides.
    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task CompleteAsync() => Task.CompletedTask;

    public void DisableBuffering()
    {
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(this, path, offset, count, cancellationToken);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("async only");

    protected override void Dispose(bool disposing)
    {
        DropHeld();
        base.Dispose(disposing);
    }

    private async ValueTask OverflowAsync(ReadOnlyMemory<byte> next, TombstoneReason reason)
    {
        // The rest streams at the client's pace. Without a client it goes on, too: the provider's answer is always read to its end.
        _through = await overflow(Held, reason);
        DropHeld();
        await _through.WriteAsync(next, CancellationToken.None);
    }

    /// <returns>False when the budget has no memory for it.</returns>
    private bool TryHold(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _held.Length)
        {
            // The pool rents out the next power of two, so that is what the budget is charged, before the allocation.
            var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(_length + bytes.Length, SmallestBufferInBytes));
            if (!budget.TryTake(size))
                return false;
            var larger = ArrayPool<byte>.Shared.Rent(size);
            Held.Span.CopyTo(larger);
            ReturnBuffer();
            _held = larger;
        }
        bytes.CopyTo(_held.AsSpan(_length));
        _length += bytes.Length;
        return true;
    }

    private void DropHeld()
    {
        ReturnBuffer();
        _held = [];
        _length = 0;
    }

    private void ReturnBuffer()
    {
        if (_held.Length == 0)
            return;
        CryptographicOperations.ZeroMemory(_held.AsSpan(0, _length));
        ArrayPool<byte>.Shared.Return(_held);
        budget.Return(_held.Length);
    }
}
