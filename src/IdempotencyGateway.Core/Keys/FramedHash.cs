using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// A keyed hash over a list of fields, each with a length prefix. Different lists give different input bytes,
/// so ("ab", "c") and ("a", "bc") cannot collide. Dispose wipes the buffer, because fields are credentials and identity data.
/// </summary>
internal ref struct FramedHash : IDisposable
{
    private const int LengthInBytes = sizeof(int);
    private WipedBuffer _fields;

    /// <param name="scratch">Stack memory to begin with; larger inputs move to a pooled array.</param>
    public FramedHash(Span<byte> scratch) => _fields = new(scratch);

    public void Add(scoped ReadOnlySpan<byte> field) => field.CopyTo(Frame(field.Length));

    /// <summary>
    /// Adds text as UTF-8. Text with a lone surrogate has no UTF-8 form, and a replacement character would let different texts collide.
    /// Such text is added as UTF-16 instead, with the complement of the length as its prefix, which no other field has.
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

    /// <summary>Adds a count of 0 or 1, then the two parts of the operation, if there is one.</summary>
    public void Add(Operation? operation)
    {
        AddCount(operation is null ? 0 : 1);
        if (operation is not { } named)
            return;
        Add(named.Method);
        Add(named.Path);
    }

    /// <summary>Adds the number of fields that follow, so that the items of adjacent lists cannot be confused.</summary>
    public void AddCount(int count) => BinaryPrimitives.WriteInt32LittleEndian(Frame(sizeof(int)), count);

    public readonly Digest256 Finish(KeyedHash hash) => hash.Compute(_fields.Written);

    /// <summary>Equal to adding one more field and finishing, but a large field is hashed in place and not copied.</summary>
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
