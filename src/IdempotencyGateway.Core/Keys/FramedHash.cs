using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// Collects fields, each behind its length, and hashes them under a key: no two different lists of fields give the same bytes,
/// so ("ab", "c") and ("a", "bc") can never meet. Dispose returns the buffer, wiped: fields are credentials and identity data.
/// </summary>
internal ref struct FramedHash : IDisposable
{
    private const int LengthPrefixInBytes = sizeof(int);
    private Span<byte> _buffer;
    private byte[]? _rented;
    private int _length;

    /// <param name="scratch">Stack memory to begin with; larger inputs move to a pooled array.</param>
    public FramedHash(Span<byte> scratch) => _buffer = scratch;

    public void Add(ReadOnlySpan<byte> field) => field.CopyTo(Frame(field.Length));

    public void Add(ReadOnlySpan<char> field)
    {
        var length = Encoding.UTF8.GetByteCount(field);
        Encoding.UTF8.GetBytes(field, Frame(length));
    }

    public void Add(Digest256 field) => field.Write(Frame(Digest256.SizeInBytes));

    /// <summary>How many fields follow, so that a list's end cannot be mistaken for its neighbour's start.</summary>
    public void AddCount(int count) => BinaryPrimitives.WriteInt32LittleEndian(Frame(sizeof(int)), count);

    public readonly Digest256 Finish(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[Digest256.SizeInBytes];
        HMACSHA256.HashData(key, _buffer[.._length], hash);
        return Digest256.Read(hash);
    }

    public readonly void Dispose()
    {
        CryptographicOperations.ZeroMemory(_buffer[.._length]);
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }

    private Span<byte> Frame(int length)
    {
        var needed = checked(_length + LengthPrefixInBytes + length);
        if (needed > _buffer.Length)
            Grow(needed);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer[_length..], length);
        var field = _buffer.Slice(_length + LengthPrefixInBytes, length);
        _length = needed;
        return field;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer.Length * 2));
        _buffer[.._length].CopyTo(larger);
        CryptographicOperations.ZeroMemory(_buffer[.._length]);
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        _buffer = _rented = larger;
    }
}
