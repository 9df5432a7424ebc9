using System.Buffers;
using System.IO.Pipelines;
using System.Numerics;
using System.Security.Cryptography;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Limits;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Recording;

/// <summary>
/// Takes the provider's answer in the client's place, up to the route's cap. An answer within the cap is held back, whole, until it is recorded. One that
/// outgrows it, or the memory that there is for answers, is handed, once, to <paramref name="overflow"/> with the reason, and what follows streams through
/// to where that says.
/// </summary>
internal sealed class ResponseTee(int capInBytes, AnswerBudget budget, Func<ReadOnlyMemory<byte>, TombstoneReason, Task<Stream>> overflow) : Stream, IHttpResponseBodyFeature
{
    private const int SmallestBufferInBytes = 256;

    private byte[] _held = [];
    private int _length;
    private Stream? _through;
    private PipeWriter? _writer;

    /// <summary>The answer outgrew its room and its beginning has gone on.</summary>
    public bool Overflowed => _through is not null;

    /// <summary>How much of the answer's body arrived, in bytes.</summary>
    public long Received { get; private set; }

    /// <summary>All of the answer so far, unless it overflowed. Valid until the tee is disposed.</summary>
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

    // What follows would start or finish the client's response; that is the exchange's to decide.
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
        // Streaming through goes on at the client's pace, and goes on without a client: the provider's answer is read to its end either way.
        _through = await overflow(Held, reason);
        DropHeld();
        await _through.WriteAsync(next, CancellationToken.None);
    }

    /// <returns>False when there is no memory for it.</returns>
    private bool TryHold(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _held.Length)
        {
            // The pool hands out the next power of two, which is what the budget has to pay for, before it is allocated.
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
