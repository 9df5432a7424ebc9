using System.Buffers;
using System.Text.Unicode;

namespace IdempotencyGateway.Core.Fraud.Fields;

/// <summary>
/// One bare item of a structured field (RFC 9651 §3.3) that can be written as it is: whoever holds one has passed the grammar's limits and ours.
/// The default value is unusable.
/// </summary>
/// <remarks>A <c>Try…</c> is for what comes from outside; the others are for what the program itself wrote, and throw.</remarks>
public readonly struct FieldValue : IEquatable<FieldValue>
{
    /// <summary>Characters of a string, a display string or a token; bytes of a byte sequence.</summary>
    public const int MaxLength = 1024;

    /// <summary>Integers have at most 15 digits.</summary>
    public const long MaxInteger = 999_999_999_999_999;

    /// <summary>ASCII without controls: what a string may hold.</summary>
    internal static readonly SearchValues<char> Visible = SearchValues.Create(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~:/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly long _number;
    private readonly object? _content;

    private FieldValue(FieldKind kind, long number, object? content = null) => (Kind, _number, _content) = (kind, number, content);

    public FieldKind Kind { get; }

    /// <summary>Of an integer its value, of a decimal the thousandths, of a boolean 0 or 1; of the others 0.</summary>
    public long Number => _number;

    /// <summary>Of a string, a display string or a token.</summary>
    public string Text => (string)_content!;

    public ReadOnlySpan<byte> Bytes => (byte[])_content!;

    /// <summary>As many characters as it is written in, or a few more.</summary>
    public int MaxWrittenLength => Kind switch
    {
        FieldKind.WholeNumber or FieldKind.DecimalNumber => 17,
        FieldKind.Truth => 2,
        FieldKind.Token => Text.Length,
        FieldKind.QuotedText => 2 + (2 * Text.Length),
        FieldKind.DisplayText => 3 + (9 * Text.Length),
        FieldKind.Bytes => 2 + ((Bytes.Length + 2) / 3 * 4),
        _ => throw new InvalidOperationException("a field value is never default"),
    };

    public static FieldValue True { get; } = new(FieldKind.Truth, 1);

    public static FieldValue False { get; } = new(FieldKind.Truth, 0);

    public static FieldValue OfBoolean(bool value) => value ? True : False;

    public static FieldValue OfInteger(long value) => TryInteger(value, out var made) ? made : throw Unwritable(nameof(value));

    public static FieldValue OfToken(string text) => TryToken(text, out var made) ? made : throw Unwritable(nameof(text));

    public static FieldValue OfText(string text) => TryText(text, out var made) ? made : throw Unwritable(nameof(text));

    public static FieldValue OfBytes(ReadOnlySpan<byte> bytes) => TryBytes(bytes, out var made) ? made : throw Unwritable(nameof(bytes));

    /// <returns>False when it has more than 15 digits.</returns>
    public static bool TryInteger(long value, out FieldValue made) =>
        Make(value is >= -MaxInteger and <= MaxInteger, new(FieldKind.WholeNumber, value), out made);

    /// <summary>Rounded to thousandths, halves to the even neighbour (RFC 9651 §4.1.5).</summary>
    /// <returns>False when more than 12 digits would stand before the point.</returns>
    public static bool TryDecimal(decimal value, out FieldValue made)
    {
        made = default;
        if (value is < -1_000_000_000_000m or > 1_000_000_000_000m)
            return false;
        var thousandths = (long)(decimal.Round(value, 3, MidpointRounding.ToEven) * 1000);
        return Make(thousandths is >= -MaxInteger and <= MaxInteger, new(FieldKind.DecimalNumber, thousandths), out made);
    }

    /// <summary>As <see cref="TryDecimal(decimal, out FieldValue)"/>; NaN and the infinities are refused.</summary>
    public static bool TryDecimal(double value, out FieldValue made)
    {
        made = default;
        return Math.Abs(value) <= 1e12 && TryDecimal((decimal)value, out made);
    }

    public static bool TryToken(string text, out FieldValue made) => Make(
        text is [var first, ..] && text.Length <= MaxLength && (char.IsAsciiLetter(first) || first == '*') && !text.AsSpan().ContainsAnyExcept(TokenCharacters),
        new(FieldKind.Token, 0, text),
        out made);

    /// <summary>A string where ASCII will do, else a display string.</summary>
    /// <returns>False when it is too long, or not Unicode (a lone surrogate).</returns>
    public static bool TryText(string text, out FieldValue made)
    {
        made = default;
        if (text.Length > MaxLength)
            return false;
        return text.AsSpan().ContainsAnyExcept(Visible)
            ? Make(IsUnicode(text), new(FieldKind.DisplayText, 0, text), out made)
            : Make(true, new(FieldKind.QuotedText, 0, text), out made);
    }

    public static bool TryBytes(ReadOnlySpan<byte> bytes, out FieldValue made) =>
        Make(bytes.Length <= MaxLength, new(FieldKind.Bytes, 0, bytes.Length <= MaxLength ? bytes.ToArray() : null), out made);

    /// <summary>What a decoder found; <paramref name="text"/> of the kinds that have one.</summary>
    internal static bool TryRestore(FieldKind kind, long number, string? text, ReadOnlySpan<byte> bytes, out FieldValue made)
    {
        made = default;
        return kind switch
        {
            FieldKind.WholeNumber => TryInteger(number, out made),
            FieldKind.DecimalNumber => Make(number is >= -MaxInteger and <= MaxInteger, new(kind, number), out made),
            FieldKind.Truth => Make(number is 0 or 1, new(kind, number), out made),
            FieldKind.Token => TryToken(text!, out made),
            FieldKind.QuotedText or FieldKind.DisplayText => TryText(text!, out made) && made.Kind == kind,
            FieldKind.Bytes => TryBytes(bytes, out made),
            _ => false,
        };
    }

    public bool Equals(FieldValue other) => Kind == other.Kind && _number == other._number && (_content, other._content) switch
    {
        (byte[] mine, byte[] theirs) => mine.AsSpan().SequenceEqual(theirs),
        var (mine, theirs) => Equals(mine, theirs),
    };

    public override bool Equals(object? obj) => obj is FieldValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Kind, _number, _content is byte[] bytes ? bytes.Length : _content?.GetHashCode() ?? 0);

    public static bool operator ==(FieldValue left, FieldValue right) => left.Equals(right);

    public static bool operator !=(FieldValue left, FieldValue right) => !left.Equals(right);

    public override string ToString() => Kind == FieldKind.None ? "(no field value)" : Written(this);

    private static string Written(FieldValue value)
    {
        var writer = new FieldWriter(new char[value.MaxWrittenLength]);
        writer.Item(value);
        return writer.Finish();
    }

    private static bool Make(bool valid, FieldValue value, out FieldValue made)
    {
        made = valid ? value : default;
        return valid;
    }

    private static bool IsUnicode(string text) => Utf8.FromUtf16(
        text, new byte[3 * text.Length], out _, out _, replaceInvalidSequences: false) == OperationStatus.Done;

    private static ArgumentException Unwritable(string parameter) => new("no structured field can hold it", parameter);
}
