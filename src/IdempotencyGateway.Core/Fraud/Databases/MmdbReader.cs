using System.Buffers.Binary;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>
/// Reads single values from a section of a MaxMind DB file in place. Values are identified by their offsets. If bytes would
/// lead out of the section, into a loop or too deep, <see cref="IsCorrupt"/> is set for good and nothing more is found.
/// </summary>
/// <param name="section">The section, to whose start pointers are relative.</param>
internal ref struct MmdbReader(ReadOnlySpan<byte> section)
{
    public const int Nowhere = -1;

    /// <summary>The most values that one look-up may visit. The largest known records have some hundred.</summary>
    private const int MaxSteps = 65_536;

    private readonly ReadOnlySpan<byte> _section = section;
    private int _steps = MaxSteps;

    public bool IsCorrupt { get; private set; }

    /// <summary>The offset of the value of a member of a map.</summary>
    /// <param name="map">The offset of the map. <see cref="Nowhere"/> has no members.</param>
    /// <returns><see cref="Nowhere"/> when there is no such member.</returns>
    public int Member(int map, ReadOnlySpan<byte> name)
    {
        if (map == Nowhere || !TryHead(map, out var head))
            return Nowhere;
        if (head.Type != MmdbType.Map)
            return Corrupt();
        var at = head.Content;
        for (var left = head.Size; left > 0 && !IsCorrupt; left--)
        {
            if (!TryHead(at, out var key))
                return Nowhere;
            if (key.Type != MmdbType.Text)
                return Corrupt();
            var value = key.AfterPointer != Nowhere ? key.AfterPointer : key.Content + key.Size;
            if (_section.Slice(key.Content, key.Size).SequenceEqual(name))
                return value;
            at = Behind(value);
        }
        return Nowhere;
    }

    /// <returns>Empty when there is none.</returns>
    public ReadOnlySpan<byte> Text(int at)
    {
        if (at == Nowhere || !TryHead(at, out var head))
            return [];
        if (head.Type == MmdbType.Text)
            return _section.Slice(head.Content, head.Size);
        Corrupt();
        return [];
    }

    /// <summary>Reads an unsigned integer of any size, or a non-negative signed one.</summary>
    public ulong? Unsigned(int at)
    {
        if (at == Nowhere || !TryHead(at, out var head))
            return null;
        if (head.Type is not (MmdbType.Unsigned16 or MmdbType.Unsigned32 or MmdbType.Unsigned64 or MmdbType.Signed32 or MmdbType.Unsigned128))
            return Without<ulong>();
        var value = 0UL;
        foreach (var part in _section.Slice(head.Content, head.Size))
        {
            if (value > ulong.MaxValue >> 8)
                return Without<ulong>();
            value = (value << 8) | part;
        }
        return head.Type == MmdbType.Signed32 && value > int.MaxValue ? Without<ulong>() : value;
    }

    public double? Number(int at)
    {
        if (at == Nowhere || !TryHead(at, out var head))
            return null;
        var value = head.Type switch
        {
            MmdbType.Number64 => BinaryPrimitives.ReadDoubleBigEndian(_section[head.Content..]),
            MmdbType.Number32 => BinaryPrimitives.ReadSingleBigEndian(_section[head.Content..]),
            _ => double.NaN,
        };
        return double.IsFinite(value) ? value : Without<double>();
    }

    public bool? Truth(int at)
    {
        if (at == Nowhere || !TryHead(at, out var head))
            return null;
        return head.Type == MmdbType.Truth ? head.Size == 1 : Without<bool>();
    }

    /// <summary>The offset after a value and everything it contains.</summary>
    public int Behind(int at)
    {
        var open = 1L;
        while (open > 0)
        {
            if (!TryRawHead(at, out var head))
                return Nowhere;
            open += head.Children - 1;
            at = head.End;
        }
        return at;
    }

    /// <summary>Reads the head of the value at an offset, or of the value to which a pointer there points.</summary>
    private bool TryHead(int at, out Head head)
    {
        if (!TryRawHead(at, out head))
            return false;
        if (head.Type != MmdbType.Pointer)
            return true;
        var after = head.End;
        if (!TryRawHead(head.Target, out head))
            return false;
        head = head with { AfterPointer = after };
        // The format forbids a pointer to a pointer, which could form a loop.
        return head.Type != MmdbType.Pointer || Corrupt() != Nowhere;
    }

    /// <summary>Reads the head at an offset, without following a pointer. The value's own bytes are then within the section.</summary>
    public bool TryRawHead(int at, out Head head)
    {
        head = default;
        if (_steps-- <= 0 || !Head.TryRead(_section, at, out head))
            Corrupt();
        return !IsCorrupt;
    }

    private T? Without<T>()
        where T : struct
    {
        IsCorrupt = true;
        return null;
    }

    private int Corrupt()
    {
        IsCorrupt = true;
        return Nowhere;
    }

    /// <param name="Size">The number of bytes of a text or number, or of members of a map or array; the value (0 or 1) of a boolean.</param>
    /// <param name="Content">The offset of its content.</param>
    /// <param name="Target">The offset to which a pointer points.</param>
    internal readonly record struct Head(MmdbType Type, int Size, int Content, int Target)
    {
        /// <summary>If a pointer led here, the offset after that pointer.</summary>
        public int AfterPointer { get; init; } = Nowhere;

        /// <summary>How many of the following values it contains.</summary>
        public long Children => Type switch { MmdbType.Map => 2L * Size, MmdbType.Array => Size, _ => 0 };

        /// <summary>The offset after its own bytes, where its children begin.</summary>
        public int End => Type is MmdbType.Map or MmdbType.Array or MmdbType.Truth or MmdbType.Pointer ? Content : Content + Size;

        public static bool TryRead(ReadOnlySpan<byte> section, int at, out Head head)
        {
            head = default;
            if ((uint)at >= (uint)section.Length)
                return false;
            var control = section[at++];
            var type = control >> 5;
            if (type == (int)MmdbType.Pointer)
                return TryPointer(section, control, at, out head);
            if (type == 0)
            {
                if (at >= section.Length)
                    return false;
                type = 7 + section[at++];
            }
            var size = control & 0x1F;
            if (size >= 29)
            {
                var more = size - 28;
                if (!TryNumber(section, at, more, out var large))
                    return false;
                size = (int)large + (more switch { 1 => 29, 2 => 285, _ => 65_821 });
                at += more;
            }
            head = new((MmdbType)type, size, at, Nowhere);
            return IsPossible(head) && head.End <= section.Length;
        }

        private static bool TryPointer(ReadOnlySpan<byte> section, byte control, int at, out Head head)
        {
            var more = ((control >> 3) & 3) + 1;
            var fits = TryNumber(section, at, more, out var number);
            var target = more == 4 ? number : number + ((control & 7L) << (8 * more)) + (more switch { 2 => 2048, 3 => 526_336, _ => 0 });
            head = new(MmdbType.Pointer, 0, at + more, (int)Math.Min(target, int.MaxValue));
            return fits && target < section.Length;
        }

        private static bool TryNumber(ReadOnlySpan<byte> section, int at, int length, out long number)
        {
            number = 0;
            if (at + length > section.Length)
                return false;
            foreach (var part in section.Slice(at, length))
                number = (number << 8) | part;
            return true;
        }

        private static bool IsPossible(Head head) => head.Type switch
        {
            MmdbType.Text or MmdbType.Bytes or MmdbType.Map or MmdbType.Array => true,
            MmdbType.Number64 => head.Size == 8,
            MmdbType.Number32 => head.Size == 4,
            MmdbType.Unsigned16 => head.Size <= 2,
            MmdbType.Unsigned32 or MmdbType.Signed32 => head.Size <= 4,
            MmdbType.Unsigned64 => head.Size <= 8,
            MmdbType.Unsigned128 => head.Size <= 16,
            MmdbType.Truth => head.Size <= 1,
            _ => false,
        };
    }
}
