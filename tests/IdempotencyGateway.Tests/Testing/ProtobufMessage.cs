using System.Text;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>A protobuf message decoded into its fields without a schema.</summary>
public sealed class ProtobufMessage
{
    private readonly List<(int Field, ReadOnlyMemory<byte> Value)> _fields = [];

    public ProtobufMessage(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var tag = Varint(ref bytes);
            var length = (tag & 7) switch
            {
                0 => LengthOfVarint(bytes),
                1 => 8,
                2 => (int)Varint(ref bytes),
                5 => 4,
                var kind => throw new InvalidDataException($"unsupported wire type {kind}"),
            };
            _fields.Add(((int)(tag >> 3), bytes[..length]));
            bytes = bytes[length..];
        }
    }

    public IEnumerable<ProtobufMessage> All(int field) => _fields.Where(f => f.Field == field).Select(f => new ProtobufMessage(f.Value));

    public byte[] Bytes(int field) => _fields.Where(f => f.Field == field).Select(f => f.Value.ToArray()).FirstOrDefault([]);

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    private static ulong Varint(ref ReadOnlyMemory<byte> bytes)
    {
        var value = 0UL;
        var length = LengthOfVarint(bytes);
        for (var i = 0; i < length; i++)
            value |= (ulong)(bytes.Span[i] & 0x7F) << (7 * i);
        bytes = bytes[length..];
        return value;
    }

    private static int LengthOfVarint(ReadOnlyMemory<byte> bytes)
    {
        var length = 1;
        while (bytes.Span[length - 1] >= 0x80)
            length++;
        return length;
    }
}
