using System.Text;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>A country code of two letters (ISO 3166-1 alpha-2, or a similar code of a database). The default value means "unknown".</summary>
public readonly record struct CountryCode
{
    private static readonly string[] Texts =
        [.. Enumerable.Range(0, 26 * 26).Select(pair => string.Concat((char)('A' + (pair / 26)), (char)('A' + (pair % 26))))];

    private readonly short _pair;

    private CountryCode(int pair) => _pair = (short)(pair + 1);

    public bool IsKnown => _pair != 0;

    /// <param name="letters">In either case.</param>
    public static bool TryParse(ReadOnlySpan<byte> letters, out CountryCode code)
    {
        code = letters.Length == 2 && char.IsAsciiLetter((char)letters[0]) && char.IsAsciiLetter((char)letters[1])
            ? new((((letters[0] | 0x20) - 'a') * 26) + (letters[1] | 0x20) - 'a')
            : default;
        return code.IsKnown;
    }

    /// <param name="letters">Two letters, or the three of ISO 3166-1 alpha-3; in either case.</param>
    public static bool TryParse(ReadOnlySpan<char> letters, out CountryCode code)
    {
        code = default;
        if (!Ascii.IsValid(letters))
            return false;
        if (letters.Length == 3)
            code = ThreeLetterCountries.Find(letters);
        return code.IsKnown || (letters.Length == 2 && TryParse([(byte)letters[0], (byte)letters[1]], out code));
    }

    /// <summary>Two capitals; "" when unknown. Allocates nothing.</summary>
    public override string ToString() => IsKnown ? Texts[_pair - 1] : "";
}
