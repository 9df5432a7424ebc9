using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// Collects fields, each behind its length, and hashes them under a key: no two different lists of fields give the same bytes,
/// so ("ab", "c") and ("a", "bc") can never meet. Dispose wipes the buffer: fields are credentials and identity data.
/// </summary>
internal ref struct FramedHash : IDisposable
{
    private const int LengthInBytes = sizeof(int);
    private WipedBuffer _fields;

    /// <param name="scratch">Stack memory to begin with; larger inputs move to a pooled array.</param>
    public FramedHash(Span<byte> scratch) => _fields = new(scratch);

    public void Add(scoped ReadOnlySpan<byte> field) => field.CopyTo(Frame(field.Length));

    /// <summary>
    /// As UTF-8. Text that is not well-formed UTF-16 (a lone surrogate) has no UTF-8, and replacing it would let different texts meet:
    /// it is framed by its UTF-16 units instead, behind the complement of their length, which no other field has.
    /// </summary>
    public void Add(scoped ReadOnlySpan<char> text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var frame = _fields.Reserve(checked(LengthInBytes + length));
        if (Utf8.FromUtf16(text, frame[LengthInBytes..], out _, out _, replaceInvalidSequences: false) == OperationStatus.Done)
        {
            BinaryPrimitives.WriteInt32LittleEndian(frame, length);
            _fields.Advance(LengthInBytes + length);
            return;
        }
        var units = MemoryMarshal.AsBytes(text);
        units.CopyTo(Frame(units.Length, ~units.Length));
    }

    public void Add(Digest256 field) => field.Write(Frame(Digest256.SizeInBytes));

    /// <summary>As none or one, and its two parts.</summary>
    public void Add(Operation? operation)
    {
        AddCount(operation is null ? 0 : 1);
        if (operation is not { } named)
            return;
        Add(named.Method);
        Add(named.Path);
    }

    /// <summary>How many fields follow, so that a list's end cannot be mistaken for its neighbour's start.</summary>
    public void AddCount(int count) => BinaryPrimitives.WriteInt32LittleEndian(Frame(sizeof(int)), count);

    public readonly Digest256 Finish(KeyedHash hash) => hash.Compute(_fields.Written);

    /// <summary>The same as adding one more field and finishing, but a field as large as a body is hashed where it lies.</summary>
    public Digest256 FinishWith(scoped ReadOnlySpan<byte> last, KeyedHash hash)
    {
        if (_fields.HasRoomFor(LengthInBytes + last.Length))
        {
            Add(last);
            return Finish(hash);
        }
        Frame(0, prefix: last.Length);
        return hash.Compute(_fields.Written, last);
    }

    public readonly void Dispose() => _fields.Dispose();

    private Span<byte> Frame(int length) => Frame(length, length);

    private Span<byte> Frame(int length, int prefix)
    {
        var frame = _fields.Reserve(checked(LengthInBytes + length));
        BinaryPrimitives.WriteInt32LittleEndian(frame, prefix);
        _fields.Advance(LengthInBytes + length);
        return frame.Slice(LengthInBytes, length);
    }
}
