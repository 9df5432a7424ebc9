using System.Buffers.Binary;

namespace IdempotencyGateway.Core.Fraud.Devices;

/// <summary>Reads big-endian fields from the front of a span. A read of more bytes than are left returns false and consumes nothing.</summary>
internal ref struct ByteCursor(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TryTake(int length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (length > _rest.Length)
            return false;
        taken = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    public bool TryByte(out byte value)
    {
        var isThere = TryTake(sizeof(byte), out var taken);
        value = isThere ? taken[0] : default;
        return isThere;
    }

    public bool TryUInt16(out ushort value)
    {
        var isThere = TryTake(sizeof(ushort), out var taken);
        value = isThere ? BinaryPrimitives.ReadUInt16BigEndian(taken) : default;
        return isThere;
    }

    /// <summary>Reads bytes with a length prefix of one byte.</summary>
    public bool TryVector8(out ReadOnlySpan<byte> content)
    {
        content = default;
        var before = _rest;
        if (TryByte(out var length) && TryTake(length, out content))
            return true;
        _rest = before;
        return false;
    }

    /// <summary>Reads bytes with a length prefix of two bytes.</summary>
    public bool TryVector16(out ReadOnlySpan<byte> content)
    {
        content = default;
        var before = _rest;
        if (TryUInt16(out var length) && TryTake(length, out content))
            return true;
        _rest = before;
        return false;
    }
}
