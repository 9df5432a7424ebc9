using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using IdempotencyGateway.Core.Fraud.Fields;

namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>
/// Encodes verdicts as bytes, to be stored with a record's answer.
/// <code>
/// byte version = 1 | byte score | byte level | byte flags (1 degraded, 2 cut) | byte action (0 annotate, 1 block, 2 route) | i64 at (Unix s)
/// text cluster ("" unless route) | text model
/// byte reasons, each: text code | byte group | byte weight | byte parameters, each: text key | value
/// byte signals, each: text name | value
/// value: byte kind | i64 number (numbers, boolean) or u16 length + bytes (the others)
/// text: u16 length + UTF-8. All numbers little-endian.
/// </code>
/// </summary>
public static class VerdictCodec
{
    /// <summary>No encoded verdict is longer, because the lengths of its parts are bounded (<see cref="RiskFields.MaxLength"/>, <see cref="RiskAction.Route.MaxLength"/>).</summary>
    public const int MaxSizeInBytes = 16 * 1024;

    private const byte Version = 1;
    private const byte DegradedFlag = 1;
    private const byte CutFlag = 2;
    private const int HeadInBytes = 13;

    public static byte[] Encode(Verdict verdict)
    {
        var room = ArrayPool<byte>.Shared.Rent(MaxSizeInBytes);
        try
        {
            var rest = room.AsSpan(0, MaxSizeInBytes);
            Write(verdict, ref rest);
            return room.AsSpan(0, MaxSizeInBytes - rest.Length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    /// <returns>Null when the bytes are not an encoded verdict.</returns>
    public static Verdict? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < HeadInBytes or > MaxSizeInBytes || bytes[0] != Version || bytes[1] > 100 || bytes[2] > (byte)RiskLevel.Critical || bytes[3] > 3)
            return null;
        var at = BinaryPrimitives.ReadInt64LittleEndian(bytes[5..]);
        var rest = bytes[HeadInBytes..];
        if (at is < 0 or > 253402300799
            || !TryText(ref rest, out var cluster) || !TryAction(bytes[4], cluster, out var action)
            || !TryText(ref rest, out var model) || model.Length is 0 or > RiskModel.MaxNameLength || model.AsSpan().ContainsAnyExcept(FieldValue.Visible)
            || !TryReasons(ref rest, out var reasons)
            || !TrySignals(ref rest, out var signals)
            || !rest.IsEmpty)
        {
            return null;
        }
        return new()
        {
            Score = bytes[1],
            Level = (RiskLevel)bytes[2],
            Action = action,
            Model = model,
            At = DateTimeOffset.FromUnixTimeSeconds(at),
            Degraded = (bytes[3] & DegradedFlag) != 0,
            Cut = (bytes[3] & CutFlag) != 0,
            Reasons = reasons,
            Signals = signals,
        };
    }

    private static void Write(Verdict verdict, ref Span<byte> rest)
    {
        rest[0] = Version;
        rest[1] = (byte)verdict.Score;
        rest[2] = (byte)verdict.Level;
        rest[3] = (byte)((verdict.Degraded ? DegradedFlag : 0) | (verdict.Cut ? CutFlag : 0));
        rest[4] = (byte)(verdict.Action switch { RiskAction.Annotate => 0, RiskAction.Block => 1, RiskAction.Route => 2, _ => throw new InvalidOperationException($"the codec does not know the action {verdict.Action}") });
        BinaryPrimitives.WriteInt64LittleEndian(rest[5..], verdict.At.ToUnixTimeSeconds());
        rest = rest[HeadInBytes..];
        WriteText(ref rest, verdict.Action is RiskAction.Route(var cluster) ? cluster : "");
        WriteText(ref rest, verdict.Model);
        WriteByte(ref rest, verdict.Reasons.Count);
        foreach (var reason in verdict.Reasons)
            WriteReason(ref rest, reason);
        WriteByte(ref rest, verdict.Signals.Count);
        foreach (var (name, value) in verdict.Signals)
        {
            WriteText(ref rest, name);
            WriteValue(ref rest, value);
        }
    }

    private static void WriteReason(ref Span<byte> rest, Reason reason)
    {
        WriteText(ref rest, reason.Code);
        WriteByte(ref rest, (int)reason.Group);
        WriteByte(ref rest, reason.Weight);
        WriteByte(ref rest, reason.Parameters.All.Length);
        foreach (var (key, value) in reason.Parameters.All)
        {
            WriteText(ref rest, key);
            WriteValue(ref rest, value);
        }
    }

    private static void WriteValue(ref Span<byte> rest, FieldValue value)
    {
        WriteByte(ref rest, (int)value.Kind);
        switch (value.Kind)
        {
            case FieldKind.QuotedText or FieldKind.DisplayText or FieldKind.Token:
                WriteText(ref rest, value.Text);
                break;
            case FieldKind.Bytes:
                WriteLength(ref rest, value.Bytes.Length);
                value.Bytes.CopyTo(rest);
                rest = rest[value.Bytes.Length..];
                break;
            default:
                BinaryPrimitives.WriteInt64LittleEndian(rest, value.Number);
                rest = rest[sizeof(long)..];
                break;
        }
    }

    private static void WriteText(ref Span<byte> rest, string text)
    {
        var written = Encoding.UTF8.GetBytes(text, rest[sizeof(ushort)..]);
        WriteLength(ref rest, written);
        rest = rest[written..];
    }

    private static void WriteLength(ref Span<byte> rest, int length)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)length);
        rest = rest[sizeof(ushort)..];
    }

    private static void WriteByte(ref Span<byte> rest, int value)
    {
        rest[0] = (byte)value;
        rest = rest[1..];
    }

    private static bool TryAction(byte kind, string cluster, out RiskAction action)
    {
        action = kind switch { 1 => RiskAction.Block.Instance, 2 => new RiskAction.Route(cluster), _ => RiskAction.Annotate.Instance };
        return kind == 2 ? cluster.Length is > 0 and <= RiskAction.Route.MaxLength : kind < 2 && cluster.Length == 0;
    }

    private static bool TryReasons(ref ReadOnlySpan<byte> rest, out Reason[] reasons)
    {
        reasons = [];
        if (!TryByte(ref rest, Verdict.MaxReasons, out var count))
            return false;
        reasons = new Reason[count];
        for (var at = 0; at < count; at++)
        {
            if (!TryText(ref rest, out var code) || !FieldValue.TryToken(code, out _)
                || !TryByte(ref rest, SignalGroups.Count - 1, out var group)
                || !TryByte(ref rest, 100, out var weight)
                || !TryParameters(ref rest, out var parameters))
            {
                return false;
            }
            reasons[at] = new(code, (SignalGroup)group, weight, parameters);
        }
        return true;
    }

    private static bool TryParameters(ref ReadOnlySpan<byte> rest, out FieldParameters parameters)
    {
        parameters = FieldParameters.None;
        if (!TryByte(ref rest, FieldParameters.MaxCount, out var count))
            return false;
        var pairs = new KeyValuePair<string, FieldValue>[count];
        for (var at = 0; at < count; at++)
        {
            if (!TryText(ref rest, out var key) || !TryValue(ref rest, out var value))
                return false;
            pairs[at] = new(key, value);
        }
        return (parameters = FieldParameters.TryOf(pairs)!) is not null;
    }

    private static bool TrySignals(ref ReadOnlySpan<byte> rest, out Signal[] signals)
    {
        signals = [];
        if (!TryByte(ref rest, Verdict.MaxSignals, out var count))
            return false;
        var names = new HashSet<string>(StringComparer.Ordinal);
        signals = new Signal[count];
        for (var at = 0; at < count; at++)
        {
            if (!TryText(ref rest, out var name) || !FieldKey.IsValid(name) || !names.Add(name) || !TryValue(ref rest, out var value))
                return false;
            signals[at] = new(name, value);
        }
        return true;
    }

    private static bool TryValue(ref ReadOnlySpan<byte> rest, out FieldValue value)
    {
        value = default;
        if (!TryByte(ref rest, (byte)FieldKind.DisplayText, out var kind))
            return false;
        switch ((FieldKind)kind)
        {
            case FieldKind.QuotedText or FieldKind.DisplayText or FieldKind.Token:
                return TryText(ref rest, out var text) && FieldValue.TryRestore((FieldKind)kind, 0, text, [], out value);
            case FieldKind.Bytes:
                return TryBytes(ref rest, out var bytes) && FieldValue.TryBytes(bytes, out value);
            default:
                if (rest.Length < sizeof(long))
                    return false;
                var number = BinaryPrimitives.ReadInt64LittleEndian(rest);
                rest = rest[sizeof(long)..];
                return FieldValue.TryRestore((FieldKind)kind, number, null, [], out value);
        }
    }

    private static bool TryText(ref ReadOnlySpan<byte> rest, out string text)
    {
        var read = TryBytes(ref rest, out var bytes);
        text = Encoding.UTF8.GetString(bytes);
        return read;
    }

    private static bool TryBytes(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> bytes)
    {
        bytes = [];
        if (rest.Length < sizeof(ushort) || BinaryPrimitives.ReadUInt16LittleEndian(rest) is var length && length > rest.Length - sizeof(ushort))
            return false;
        bytes = rest.Slice(sizeof(ushort), length);
        rest = rest[(sizeof(ushort) + length)..];
        return true;
    }

    private static bool TryByte(ref ReadOnlySpan<byte> rest, int max, out byte value)
    {
        value = rest.IsEmpty ? (byte)0 : rest[0];
        if (rest.IsEmpty || value > max)
            return false;
        rest = rest[1..];
        return true;
    }
}
