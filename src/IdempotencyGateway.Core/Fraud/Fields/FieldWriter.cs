using System.Globalization;

namespace IdempotencyGateway.Core.Fraud.Fields;

/// <summary>
/// Writes structured fields (RFC 9651 §4.1) into the caller's memory, and never beyond it. Values are known to be writable before they come here, so the
/// one thing that can fail is room, and that fails the field as a whole: half a field would say something else.
/// </summary>
/// <remarks>
/// An item: <see cref="Item"/>, then <see cref="Parameter"/> for each of its parameters. A list: the same for each member. A dictionary:
/// <see cref="Member"/>, then its parameters, for each member.
/// </remarks>
public ref struct FieldWriter(Span<char> destination)
{
    private readonly Span<char> _destination = destination;
    private int _length;

    /// <summary>It did not fit.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The field.</summary>
    /// <exception cref="InvalidOperationException">It did not fit: the caller bounds what it writes, or asks <see cref="IsFull"/> first.</exception>
    public readonly string Finish() => IsFull
        ? throw new InvalidOperationException($"the field needs more than {_destination.Length} characters")
        : _destination[.._length].ToString();

    /// <summary>The item that the field is, or the next one of a list.</summary>
    public void Item(FieldValue value)
    {
        Separate();
        Bare(value);
    }

    /// <summary>The next member of a dictionary. True is its name alone.</summary>
    /// <param name="key">A <see cref="FieldKey"/> that was not written before.</param>
    public void Member(string key, FieldValue value)
    {
        Separate();
        Raw(key);
        Assign(value);
    }

    /// <summary>Of what was written last. True is its name alone.</summary>
    /// <param name="key">A <see cref="FieldKey"/> that was not written before.</param>
    public void Parameter(string key, FieldValue value)
    {
        Raw(";");
        Raw(key);
        Assign(value);
    }

    public void Parameters(FieldParameters parameters)
    {
        foreach (var (key, value) in parameters.All)
            Parameter(key, value);
    }

    private void Separate()
    {
        if (_length > 0)
            Raw(", ");
    }

    private void Assign(FieldValue value)
    {
        if (value is { Kind: FieldKind.Truth, Number: 1 })
            return;
        Raw("=");
        Bare(value);
    }

    private void Bare(FieldValue value)
    {
        switch (value.Kind)
        {
            case FieldKind.WholeNumber:
                Number(value.Number);
                break;
            case FieldKind.DecimalNumber:
                Thousandths(value.Number);
                break;
            case FieldKind.QuotedText:
                Quoted(value.Text);
                break;
            case FieldKind.Token:
                Raw(value.Text);
                break;
            case FieldKind.Bytes:
                Bytes(value.Bytes);
                break;
            case FieldKind.Truth:
                Raw(value.Number == 0 ? "?0" : "?1");
                break;
            case FieldKind.DisplayText:
                Display(value.Text);
                break;
            default:
                throw new InvalidOperationException("a field value is never default");
        }
    }

    private void Number(long number) =>
        Advance(number.TryFormat(_destination[_length..], out var written, default, CultureInfo.InvariantCulture), written);

    /// <summary>At least one digit on each side of the point, and beyond that no zero at the end.</summary>
    private void Thousandths(long number)
    {
        var (whole, rest) = Math.DivRem(Math.Abs(number), 1000);
        if (number < 0)
            Raw("-");
        Number(whole);
        Span<char> fraction = ['.', (char)('0' + (rest / 100)), (char)('0' + (rest / 10 % 10)), (char)('0' + (rest % 10))];
        Raw(fraction[..(rest % 10 != 0 ? 4 : rest % 100 != 0 ? 3 : 2)]);
    }

    private void Quoted(string text)
    {
        Raw("\"");
        foreach (var character in text)
        {
            if (character is '"' or '\\')
                Raw("\\");
            Raw([character]);
        }
        Raw("\"");
    }

    /// <summary>As UTF-8; each byte that is not visible ASCII, and "%" and the quote, as "%" and two small hex digits.</summary>
    private void Display(string text)
    {
        Raw("%\"");
        Span<byte> encoded = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            foreach (var unit in encoded[..rune.EncodeToUtf8(encoded)])
            {
                if (unit is >= (byte)' ' and <= (byte)'~' and not (byte)'%' and not (byte)'"')
                    Raw([(char)unit]);
                else
                    Raw(['%', "0123456789abcdef"[unit >> 4], "0123456789abcdef"[unit & 0xF]]);
            }
        }
        Raw("\"");
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        Raw(":");
        Advance(Convert.TryToBase64Chars(bytes, _destination[_length..], out var written), written);
        Raw(":");
    }

    private void Raw(scoped ReadOnlySpan<char> text) => Advance(text.TryCopyTo(_destination[_length..]), text.Length);

    private void Advance(bool fits, int written)
    {
        if (fits && !IsFull)
            _length += written;
        else
            IsFull = true;
    }
}
