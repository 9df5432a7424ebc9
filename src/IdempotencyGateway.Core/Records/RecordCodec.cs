using System.Buffers.Binary;
using System.Text;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Records;

/// <summary>
/// Encodes recorded answers as bytes, in a versioned binary format that does not depend on any runtime's types.
/// <code>
/// byte version = 1 | byte kind
/// kind 1, whole:     u16 status | i64 recorded at (Unix ms) | byte marks | trace | verdict | pairs headers | pairs trailers | body to the end
/// kind 2, tombstone: byte reason | u16 status or 0 | i64 recorded at (Unix ms) | 32 bytes digest of the body, or nothing
/// kind 4, tombstone of a scored request: as kind 2 up to the time | byte, 1 when a digest follows | digest | verdict to the end
/// kind 3, unreadable: the reason, as UTF-8 to the end; never stored, but passed on in place of a record that could not be decrypted
/// marks: 1 has a trace, 128 has a verdict, plus twice the number of <see cref="KeptBody"/>
/// trace, if there is one: 16 bytes trace id, 8 bytes span id; verdict, if there is one: varint length + bytes (<see cref="VerdictCodec"/>)
/// pairs: varint count, then per pair varint length + UTF-8 name, varint length + UTF-8 value. All numbers little-endian.
/// </code>
/// </summary>
public static class RecordCodec
{
    private const byte Version = 1;
    private const byte WholeKind = 1;
    private const byte TombstoneKind = 2;
    private const byte UnreadableKind = 3;
    private const byte ScoredTombstoneKind = 4;
    private const byte HasTrace = 1;
    private const byte HasVerdict = 0x80;
    private const byte HasDigest = 1;
    private const int WholeHeadInBytes = 2 + sizeof(ushort) + sizeof(long) + 1;
    private const int TombstoneInBytes = 2 + 1 + sizeof(ushort) + sizeof(long);

    public static byte[] Encode(RecordedResponse response)
    {
        var verdict = response.Verdict is null ? null : VerdictCodec.Encode(response.Verdict);
        var extras = (response.Trace is null ? 0 : TraceReference.SizeInBytes) + (verdict is null ? 0 : SizeOf(verdict.Length) + verdict.Length);
        var bytes = new byte[WholeHeadInBytes + extras + SizeOf(response.Headers) + SizeOf(response.Trailers) + response.Body.Length];
        bytes[0] = Version;
        bytes[1] = WholeKind;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)response.Status);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4), response.RecordedAt.ToUnixTimeMilliseconds());
        var rest = bytes.AsSpan(WholeHeadInBytes);
        bytes[WholeHeadInBytes - 1] = (byte)((int)response.Kept << 1);
        if (response.Trace is { } trace)
        {
            bytes[WholeHeadInBytes - 1] |= HasTrace;
            trace.Write(rest);
            rest = rest[TraceReference.SizeInBytes..];
        }
        if (verdict is not null)
        {
            bytes[WholeHeadInBytes - 1] |= HasVerdict;
            WriteNumber(ref rest, verdict.Length);
            verdict.CopyTo(rest);
            rest = rest[verdict.Length..];
        }
        WritePairs(ref rest, response.Headers);
        WritePairs(ref rest, response.Trailers);
        response.Body.Span.CopyTo(rest);
        return bytes;
    }

    public static byte[] Encode(RecordedAnswer.Tombstone tombstone)
    {
        var digest = tombstone.BodyDigest is null ? 0 : Digest256.SizeInBytes;
        var verdict = tombstone.Verdict is null ? null : VerdictCodec.Encode(tombstone.Verdict);
        var bytes = new byte[TombstoneInBytes + digest + (verdict is null ? 0 : 1 + verdict.Length)];
        var rest = bytes.AsSpan(TombstoneInBytes);
        bytes[0] = Version;
        bytes[1] = verdict is null ? TombstoneKind : ScoredTombstoneKind;
        bytes[2] = (byte)tombstone.Reason;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(3), (ushort)(tombstone.Status ?? 0));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(5), tombstone.RecordedAt.ToUnixTimeMilliseconds());
        if (verdict is not null)
        {
            rest[0] = digest > 0 ? HasDigest : (byte)0;
            rest = rest[1..];
            verdict.CopyTo(rest[digest..]);
        }
        tombstone.BodyDigest?.Write(rest);
        return bytes;
    }

    public static byte[] Encode(RecordedAnswer.Unreadable unreadable) => [Version, UnreadableKind, .. Encoding.UTF8.GetBytes(unreadable.Why)];

    /// <summary>Decodes what any overload of Encode wrote. The body is a slice of <paramref name="bytes"/>, which must not change afterwards.</summary>
    public static RecordedAnswer Decode(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < 2)
            return new RecordedAnswer.Unreadable($"{span.Length} bytes are too few for a record");
        if (span[0] != Version)
            return new RecordedAnswer.Unreadable($"format version {span[0]}; this gateway reads version {Version}");
        return span[1] switch
        {
            WholeKind => DecodeWhole(bytes),
            TombstoneKind => DecodeTombstone(span),
            ScoredTombstoneKind => DecodeScoredTombstone(span),
            UnreadableKind => new RecordedAnswer.Unreadable(Encoding.UTF8.GetString(span[2..])),
            var kind => new RecordedAnswer.Unreadable($"kind {kind} is not known to format version {Version}"),
        };
    }

    /// <summary>Decodes what an owner that gave up knew about the outcome; null when it left nothing.</summary>
    public static RecordedAnswer? DecodeEvidence(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? null : Decode(bytes);

    private static RecordedAnswer DecodeWhole(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < WholeHeadInBytes)
            return Torn;
        var rest = span[WholeHeadInBytes..];
        var marks = span[WholeHeadInBytes - 1];
        var kept = (KeptBody)((marks & ~HasVerdict) >> 1);
        if (!Enum.IsDefined(kept)
            || !TryReadTrace((marks & HasTrace) != 0, ref rest, out var trace)
            || !TryReadVerdict((marks & HasVerdict) != 0, ref rest, out var verdict)
            || !TryReadPairs(ref rest, out var headers)
            || !TryReadPairs(ref rest, out var trailers)
            || !TryTime(span[4..], out var recordedAt))
        {
            return Torn;
        }
        var status = BinaryPrimitives.ReadUInt16LittleEndian(span[2..]);
        return new RecordedAnswer.Whole(new(status, recordedAt, headers, bytes[^rest.Length..], trailers) { Trace = trace, Verdict = verdict, Kept = kept });
    }

    private static RecordedAnswer DecodeTombstone(ReadOnlySpan<byte> span)
    {
        if (span.Length is not (TombstoneInBytes or TombstoneInBytes + Digest256.SizeInBytes) || !TryTime(span[5..], out var recordedAt))
            return Torn;
        var reason = (TombstoneReason)span[2];
        if (!Enum.IsDefined(reason))
            return new RecordedAnswer.Unreadable($"tombstone reason {span[2]} is not known to format version {Version}");
        var status = BinaryPrimitives.ReadUInt16LittleEndian(span[3..]);
        return new RecordedAnswer.Tombstone(reason, status == 0 ? null : status, recordedAt)
        {
            BodyDigest = span.Length > TombstoneInBytes ? Digest256.Read(span[TombstoneInBytes..]) : null,
        };
    }

    /// <summary>An unreadable verdict becomes null: the tombstone is valid without it.</summary>
    private static RecordedAnswer DecodeScoredTombstone(ReadOnlySpan<byte> span)
    {
        if (span.Length <= TombstoneInBytes || span[TombstoneInBytes] > HasDigest)
            return Torn;
        var digest = span[TombstoneInBytes] == HasDigest ? Digest256.SizeInBytes : 0;
        var rest = span[(TombstoneInBytes + 1)..];
        if (rest.Length < digest)
            return Torn;
        var read = DecodeTombstone([.. span[..TombstoneInBytes], .. rest[..digest]]);
        return read is RecordedAnswer.Tombstone tombstone ? tombstone with { Verdict = VerdictCodec.Decode(rest[digest..]) } : read;
    }

    private static RecordedAnswer.Unreadable Torn { get; } = new("the record is cut short or damaged");

    private static bool TryTime(ReadOnlySpan<byte> bytes, out DateTimeOffset time)
    {
        var milliseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var valid = milliseconds >= 0 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        time = valid ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : default;
        return valid;
    }

    private static bool TryReadTrace(bool hasTrace, ref ReadOnlySpan<byte> rest, out TraceReference? trace)
    {
        trace = null;
        if (!hasTrace)
            return true;
        if (rest.Length < TraceReference.SizeInBytes || (trace = TraceReference.Read(rest)) is null)
            return false;
        rest = rest[TraceReference.SizeInBytes..];
        return true;
    }

    /// <summary>An unreadable verdict becomes null: the answer can be replayed without it.</summary>
    private static bool TryReadVerdict(bool hasVerdict, ref ReadOnlySpan<byte> rest, out Verdict? verdict)
    {
        verdict = null;
        if (!hasVerdict)
            return true;
        if (!TryReadNumber(ref rest, out var length) || length > rest.Length)
            return false;
        verdict = VerdictCodec.Decode(rest[..length]);
        rest = rest[length..];
        return true;
    }

    private static int SizeOf(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        var size = SizeOf(pairs.Count);
        for (var i = 0; i < pairs.Count; i++)
            size += SizeOf(pairs[i].Key) + SizeOf(pairs[i].Value);
        return size;
    }

    private static int SizeOf(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        return SizeOf(length) + length;
    }

    private static int SizeOf(int number)
    {
        var size = 1;
        for (var rest = (uint)number; rest >= 0x80; rest >>= 7)
            size++;
        return size;
    }

    private static void WritePairs(ref Span<byte> rest, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        WriteNumber(ref rest, pairs.Count);
        for (var i = 0; i < pairs.Count; i++)
        {
            WriteText(ref rest, pairs[i].Key);
            WriteText(ref rest, pairs[i].Value);
        }
    }

    private static void WriteText(ref Span<byte> rest, string text)
    {
        WriteNumber(ref rest, Encoding.UTF8.GetByteCount(text));
        rest = rest[Encoding.UTF8.GetBytes(text, rest)..];
    }

    private static void WriteNumber(ref Span<byte> rest, int number)
    {
        var value = (uint)number;
        var at = 0;
        for (; value >= 0x80; value >>= 7)
            rest[at++] = (byte)(value | 0x80);
        rest[at++] = (byte)value;
        rest = rest[at..];
    }

    private static bool TryReadPairs(ref ReadOnlySpan<byte> rest, out KeyValuePair<string, string>[] pairs)
    {
        pairs = [];
        // A pair takes at least two bytes. The check keeps a damaged count from allocating more than the record could fill.
        if (!TryReadNumber(ref rest, out var count) || count > rest.Length / 2)
            return false;
        pairs = new KeyValuePair<string, string>[count];
        for (var i = 0; i < count; i++)
        {
            if (!TryReadText(ref rest, out var name) || !TryReadText(ref rest, out var value))
                return false;
            pairs[i] = new(name, value);
        }
        return true;
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        if (!TryReadNumber(ref rest, out var length) || length > rest.Length)
            return false;
        text = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return true;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> rest, out int number)
    {
        var value = 0u;
        for (var at = 0; at < rest.Length && at < 5; at++)
        {
            value |= (uint)(rest[at] & 0x7F) << (7 * at);
            if (rest[at] < 0x80)
            {
                rest = rest[(at + 1)..];
                number = (int)value;
                return number >= 0;
            }
        }
        number = 0;
        return false;
    }
}
