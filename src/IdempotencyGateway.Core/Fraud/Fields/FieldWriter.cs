using System.Globalization;

namespace IdempotencyGateway.Core.Fraud.Fields;

/// <summary>
/// Serializes structured fields (RFC 9651 §4.1) into the caller's memory. Values are writable by construction, so the only possible failure is
/// lack of room. It fails the whole field, because a truncated field would have another meaning.
/// </summary>
/// <remarks>
/// To write an item, call <see cref="Item"/>, then <see cref="Parameter"/> for each parameter; for a list, do so for each member. For a dictionary, call
/// <see cref="Member"/>, then <see cref="Parameter"/>, for each member.
/// </remarks>
public ref struct FieldWriter(Span<char> destination)
{
    private readonly Span<char> _destination = destination;
    private int _length;

    /// <summary>The field did not fit.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The serialized field.</summary>
    /// <exception cref="InvalidOperationException">The field did not fit. The caller must bound what it writes, or check <see cref="IsFull"/> first.</exception>
    public readonly string Finish() => IsFull
        ? throw new InvalidOperationException($"the field needs more than {_destination.Length} characters")
        : _destination[.._length].ToString();

    /// <summary>Writes the only item of the field, or the next member of a list.</summary>
    public void Item(FieldValue value)
    {
        Separate();
        Bare(value);
    }

    /// <summary>Writes the next member of a dictionary. For true, only its key is written.</summary>
    /// <param name="key">A <see cref="FieldKey"/> that was not written before.</param>
    public void Member(string key, FieldValue value)
    {
        Separate();
        Raw(key);
        Assign(value);
    }

    /// <summary>Writes a parameter of the last item or member. For true, only its key is written.</summary>
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

    /// <summary>Writes at least one digit on each side of the decimal point, and no other trailing zeros.</summary>
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

    /// <summary>Writes UTF-8, with "%" and two lower-case hex digits for "%", the quote, and each byte that is not printable ASCII.</summary>
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
