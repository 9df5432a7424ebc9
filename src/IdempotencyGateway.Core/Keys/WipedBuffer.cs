using System.Buffers;
using System.Security.Cryptography;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// A growing byte buffer, first on the stack and then in pooled arrays. It holds credentials and identity data,
/// so it wipes memory before it gives it up. Dispose exactly once.
/// </summary>
internal ref struct WipedBuffer : IDisposable
{
    private Span<byte> _bytes;
    private byte[]? _rented;

    /// <param name="scratch">Stack memory to begin with.</param>
    public WipedBuffer(Span<byte> scratch) => _bytes = scratch;

    public int Length { get; private set; }

    /// <summary>What was written so far. Valid until the next write.</summary>
    public readonly Span<byte> Written => _bytes[..Length];

    public void Add(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void Add(scoped ReadOnlySpan<byte> values)
    {
        values.CopyTo(Reserve(values.Length));
        Length += values.Length;
    }

    /// <summary>Returns room for at least <paramref name="count"/> bytes after what was written. <see cref="Advance"/> makes them part of it.</summary>
    public Span<byte> Reserve(int count)
    {
        var needed = checked(Length + count);
        if (needed > _bytes.Length)
            Grow(needed);
        return _bytes[Length..];
    }

    /// <summary>Whether <paramref name="count"/> more bytes fit without growing.</summary>
    public readonly bool HasRoomFor(int count) => count <= _bytes.Length - Length;

    public void Advance(int count) => Length += count;

    /// <summary>Removes and wipes what was written after the first <paramref name="length"/> bytes.</summary>
    public void Truncate(int length)
    {
        CryptographicOperations.ZeroMemory(_bytes[length..Length]);
        Length = length;
    }

    public readonly void Dispose()
    {
        CryptographicOperations.ZeroMemory(Written);
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }

    private void Grow(int needed)
    {
        var doubled = (int)Math.Min(_bytes.Length * 2L, Array.MaxLength);
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, doubled));
        Written.CopyTo(larger);
        Dispose();
        _bytes = _rented = larger;
    }
}
