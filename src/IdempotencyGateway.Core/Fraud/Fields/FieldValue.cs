using System.Buffers;
using System.Text.Unicode;

namespace IdempotencyGateway.Core.Fraud.Fields;

/// <summary>
/// A bare item of a structured field (RFC 9651 §3.3). Every instance is within the limits of the grammar and of this program, so it can always be written.
/// The default value is unusable.
/// </summary>
/// <remarks>The <c>Try…</c> methods are for untrusted input. The <c>Of…</c> methods are for the program's own values, and throw.</remarks>
public readonly struct FieldValue : IEquatable<FieldValue>
{
    /// <summary>The most characters of a string, display string or token, and the most bytes of a byte sequence.</summary>
    public const int MaxLength = 1024;

    /// <summary>Integers have at most 15 digits.</summary>
    public const long MaxInteger = 999_999_999_999_999;

    /// <summary>Printable ASCII, which a string may contain.</summary>
    internal static readonly SearchValues<char> Visible = SearchValues.Create(
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~:/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly long _number;
    private readonly object? _content;

    private FieldValue(FieldKind kind, long number, object? content = null) => (Kind, _number, _content) = (kind, number, content);

    public FieldKind Kind { get; }

    /// <summary>The value of an integer, a decimal in thousandths, or a boolean as 0 or 1; 0 for other kinds.</summary>
    public long Number => _number;

    /// <summary>The text of a string, a display string or a token.</summary>
    public string Text => (string)_content!;

    public ReadOnlySpan<byte> Bytes => (byte[])_content!;

    /// <summary>An upper bound of the number of characters needed to write it.</summary>
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

    /// <returns>False when the integer has more than 15 digits.</returns>
    public static bool TryInteger(long value, out FieldValue made) =>
        Make(value is >= -MaxInteger and <= MaxInteger, new(FieldKind.WholeNumber, value), out made);

    /// <summary>Rounds to thousandths, half to even (RFC 9651 §4.1.5).</summary>
    /// <returns>False when there would be more than 12 digits before the decimal point.</returns>
    public static bool TryDecimal(decimal value, out FieldValue made)
    {
        made = default;
        if (value is < -1_000_000_000_000m or > 1_000_000_000_000m)
            return false;
        var thousandths = (long)(decimal.Round(value, 3, MidpointRounding.ToEven) * 1000);
        return Make(thousandths is >= -MaxInteger and <= MaxInteger, new(FieldKind.DecimalNumber, thousandths), out made);
    }

    /// <summary>As <see cref="TryDecimal(decimal, out FieldValue)"/>; also false for NaN and the infinities.</summary>
    public static bool TryDecimal(double value, out FieldValue made)
    {
        made = default;
        return Math.Abs(value) <= 1e12 && TryDecimal((decimal)value, out made);
    }

    public static bool TryToken(string text, out FieldValue made) => Make(
        text is [var first, ..] && text.Length <= MaxLength && (char.IsAsciiLetter(first) || first == '*') && !text.AsSpan().ContainsAnyExcept(TokenCharacters),
        new(FieldKind.Token, 0, text),
        out made);

    /// <summary>Makes a string if the text is printable ASCII, else a display string.</summary>
    /// <returns>False when the text is too long or has a lone surrogate.</returns>
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

    /// <summary>Makes a value from its decoded parts; <paramref name="text"/> only counts for kinds that have a text.</summary>
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
