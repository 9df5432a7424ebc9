using System.Buffers;
using System.Security.Cryptography;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// Bytes that grow, beginning on the stack and moving to pooled arrays. What it held is credentials and identity data,
/// so every memory it leaves is wiped first. Dispose exactly once.
/// </summary>
internal ref struct WipedBuffer : IDisposable
{
    private Span<byte> _bytes;
    private byte[]? _rented;

    /// <param name="scratch">Stack memory to begin with.</param>
    public WipedBuffer(Span<byte> scratch) => _bytes = scratch;

    public int Length { get; private set; }

    /// <summary>What was written, until the next write.</summary>
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

    /// <summary>Room for <paramref name="count"/> bytes or more behind what was written; <see cref="Advance"/> makes them part of it.</summary>
    public Span<byte> Reserve(int count)
    {
        var needed = checked(Length + count);
        if (needed > _bytes.Length)
            Grow(needed);
        return _bytes[Length..];
    }

    /// <summary>Whether so many bytes more can be written where it lies now.</summary>
    public readonly bool HasRoomFor(int count) => count <= _bytes.Length - Length;

    public void Advance(int count) => Length += count;

    /// <summary>Takes back what was written behind the first <paramref name="length"/> bytes.</summary>
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
