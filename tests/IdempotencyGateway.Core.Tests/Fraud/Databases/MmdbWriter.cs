using System.Buffers.Binary;
using System.Text;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Core.Tests.Fraud.Databases;

/// <summary>
/// Writes the parts of the MaxMind DB format, version 2, that tests and load runs need. Values: string, bool, double, float, ushort, int, uint, ulong, UInt128,
/// byte[], object[], and maps as arrays of (name, value). Equal records are written once; later uses of a <see cref="WrittenOnce"/> value are pointers.
/// </summary>
public sealed class MmdbWriter(string type, int ipVersion = 6, int recordSize = 24)
{
    private readonly Node _root = new();
    private readonly List<byte> _data = [];
    private readonly Dictionary<object, int> _written = [];

    /// <summary>The number of bytes after a pointer's first byte; 0 for the fewest that suffice.</summary>
    public int PointerSize { get; init; }

    /// <summary>A value that is written at its first use; later uses are pointers to it.</summary>
    public sealed record WrittenOnce(object Value);

    /// <summary>Inserts unused bytes, so that later values get large offsets.</summary>
    public MmdbWriter Pad(int bytes)
    {
        _data.AddRange(Encoded(new byte[bytes]));
        return this;
    }

    /// <summary>Adds a record for a network. A longer prefix overrides a shorter one, in whichever order they are added.</summary>
    public MmdbWriter Add(string prefix, object record)
    {
        if (!NetworkRange.TryParse(prefix, out var range, out var problem))
            throw new ArgumentException(problem, nameof(prefix));
        var address = new NetworkAddress(range.First, range.IsIPv4);
        var length = address.Length - BitLength(range.Last - range.First);
        var node = _root;
        var before = ipVersion == 6 && range.IsIPv4 ? 96 : 0;
        for (var bit = 0; bit < before + length; bit++)
        {
            var side = bit < before ? 0 : (int)(address.Bits >> (address.Length - 1 - (bit - before))) & 1;
            node = node.Sides[side] ??= new();
        }
        node.Record = record;
        return this;
    }

    public byte[] Write()
    {
        var nodes = new List<Node>();
        Number(_root, null, nodes);
        foreach (var node in nodes)
            node.Places = [Place(node, 0), Place(node, 1)];
        var file = new List<byte>();
        foreach (var node in nodes)
            file.AddRange(Tree(Record(node, 0, nodes.Count), Record(node, 1, nodes.Count)));
        file.AddRange(new byte[16]);
        file.AddRange(_data);
        file.AddRange([0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8]);
        file.AddRange(Encoded(new (string, object)[]
        {
            ("binary_format_major_version", (ushort)2),
            ("binary_format_minor_version", (ushort)0),
            ("build_epoch", 1_795_283_090UL),
            ("database_type", type),
            ("description", new (string, object)[] { ("en", "made by a test") }),
            ("ip_version", (ushort)ipVersion),
            ("languages", new object[] { "en" }),
            ("node_count", (uint)nodes.Count),
            ("record_size", (ushort)recordSize),
        }));
        return [.. file];
    }

    /// <summary>Pushes records down to the leaves and numbers the inner nodes.</summary>
    private static void Number(Node node, object? inherited, List<Node> nodes)
    {
        inherited = node.Record ?? inherited;
        node.Record = inherited;
        if (node.IsLeaf && nodes.Count > 0)
            return;
        node.Number = nodes.Count;
        nodes.Add(node);
        for (var side = 0; side < 2; side++)
        {
            if (node.Sides[side] is { } next)
                Number(next, inherited, nodes);
        }
    }

    private int? Place(Node node, int side)
    {
        var next = node.Sides[side];
        return next is { IsLeaf: false } ? null
            : (next is null ? node.Record : next.Record) is { } record ? WriteOnce(record)
            : null;
    }

    private static uint Record(Node node, int side, int count) =>
        node.Sides[side] is { IsLeaf: false } inner ? (uint)inner.Number
        : node.Places[side] is { } place ? (uint)(count + 16 + place)
        : (uint)count;

    private byte[] Tree(uint left, uint right) => recordSize switch
    {
        24 => [(byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)(right >> 16), (byte)(right >> 8), (byte)right],
        28 =>
        [
            (byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)((left >> 24 << 4) | (right >> 24)),
            (byte)(right >> 16), (byte)(right >> 8), (byte)right,
        ],
        _ => [.. BigEndian(left, 4), .. BigEndian(right, 4)],
    };

    private int WriteOnce(object value)
    {
        if (_written.TryGetValue(value, out var place))
            return place;
        var bytes = Encoded(value);
        _written[value] = place = _data.Count;
        _data.AddRange(bytes);
        return place;
    }

    private byte[] Encoded(object value) => value switch
    {
        WrittenOnce shared => Pointer(WriteOnce(shared.Value)),
        string text => Sized(2, Encoding.UTF8.GetBytes(text)),
        double number => Sized(3, BigEndian(BitConverter.DoubleToUInt64Bits(number), 8)),
        byte[] bytes => Sized(4, bytes),
        ushort number => Sized(5, Short(number)),
        uint number => Sized(6, Short(number)),
        (string, object)[] map => [.. Control(7, map.Length), .. map.SelectMany(member => (byte[])[.. Encoded(member.Item1), .. Encoded(member.Item2)])],
        int number => Sized(8, BigEndian((uint)number, 4)),
        ulong number => Sized(9, Short(number)),
        UInt128 number => Sized(10, Short(number)),
        object[] array => [.. Control(11, array.Length), .. array.SelectMany(Encoded)],
        bool truth => Control(14, truth ? 1 : 0),
        float number => Sized(15, BigEndian(BitConverter.SingleToUInt32Bits(number), 4)),
        _ => throw new ArgumentException($"no type for {value.GetType()}", nameof(value)),
    };

    private byte[] Pointer(int to) => (PointerSize > 0 ? PointerSize : to < 2048 ? 1 : to < 526_336 ? 2 : to < 134_744_064 ? 3 : 4) switch
    {
        1 => [(byte)(0x20 | (to >> 8)), (byte)to],
        2 => [(byte)(0x28 | ((to - 2048) >> 16)), .. BigEndian((uint)(to - 2048), 2)],
        3 => [(byte)(0x30 | ((to - 526_336) >> 24)), .. BigEndian((uint)(to - 526_336), 3)],
        _ => [0x38, .. BigEndian((uint)to, 4)],
    };

    private static byte[] Sized(int type, byte[] content) => [.. Control(type, content.Length), .. content];

    private static byte[] Control(int type, int size)
    {
        var (first, rest) = size switch
        {
            < 29 => (size, Array.Empty<byte>()),
            < 285 => (29, BigEndian((uint)size - 29, 1)),
            < 65_821 => (30, BigEndian((uint)size - 285, 2)),
            _ => (31, BigEndian((uint)size - 65_821, 3)),
        };
        return type < 8 ? [(byte)((type << 5) | first), .. rest] : [(byte)first, (byte)(type - 7), .. rest];
    }

    /// <summary>The number in big-endian bytes without leading zeros.</summary>
    private static byte[] Short(UInt128 number) => BigEndian(number, (BitLength(number) + 7) / 8);

    private static byte[] BigEndian(UInt128 number, int length)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return bytes[^length..];
    }

    private static int BitLength(UInt128 number) => 128 - (int)UInt128.LeadingZeroCount(number);

    private sealed class Node
    {
        public Node?[] Sides { get; } = new Node?[2];

        public object? Record { get; set; }

        public int Number { get; set; }

        public int?[] Places { get; set; } = [];

        public bool IsLeaf => Sides[0] is null && Sides[1] is null;
    }
}
