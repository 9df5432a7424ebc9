using System.Buffers;

namespace SimulatedProvider.Exchange;

/// <summary>A growing byte buffer in pooled memory. Its content is invalid after Dispose.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int SmallestBytes = 1024;
    private byte[] _bytes = [];
    private int _length;

    public int Length => _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_length);
    }

    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        _length = 0;
        Return(bytes);
    }

    private static void Return(byte[] bytes)
    {
        if (bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    private void Reserve(int sizeHint)
    {
        if (_bytes.Length - _length >= Math.Max(sizeHint, 1))
            return;
        var wanted = Math.Max(checked(_length + Math.Max(sizeHint, 1)), Math.Max(_bytes.Length * 2, SmallestBytes));
        var larger = ArrayPool<byte>.Shared.Rent(wanted);
        Written.Span.CopyTo(larger);
        Return(_bytes);
        _bytes = larger;
    }
}
