using System.Buffers.Text;
using System.Text;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>
/// A country database in the format of the Tor project's <c>geoip</c> (IPv4, addresses as decimal numbers) or <c>geoip6</c> (IPv6, addresses as text): lines
/// <c>first,last,country</c> in ascending order without overlap; "#" begins a comment and "??" is an unknown country. Immutable; a look-up allocates nothing.
/// </summary>
public sealed class CountryRanges
{
    public const int MaxEntries = 5_000_000;
    private const int MaxLineInBytes = 100;

    private readonly UInt128[] _first;
    private readonly UInt128[] _last;
    private readonly CountryCode[] _countries;

    private CountryRanges(bool isIPv4, UInt128[] first, UInt128[] last, CountryCode[] countries) =>
        (IsIPv4, _first, _last, _countries) = (isIPv4, first, last, countries);

    /// <summary>Which of the two files it is.</summary>
    public bool IsIPv4 { get; }

    /// <returns>Unknown when no range contains the address; also for an address of the other family.</returns>
    public CountryCode Find(NetworkAddress address)
    {
        if (address.IsIPv4 != IsIPv4)
            return default;
        var at = Array.BinarySearch(_first, address.Bits);
        if (at < 0)
            at = ~at - 1;
        return at >= 0 && address.Bits <= _last[at] ? _countries[at] : default;
    }

    /// <summary>Reads either file; the first line says which it is.</summary>
    /// <returns>Null when the file is wrong, also when it has no entry; <paramref name="mistake"/> is the first mistake.</returns>
    public static CountryRanges? TryRead(ReadOnlySpan<byte> text, out LineMistake? mistake)
    {
        List<UInt128> first = [];
        List<UInt128> last = [];
        List<CountryCode> countries = [];
        bool? isIPv4 = null;
        var lines = new TextLines(text, "#"u8);
        while (lines.Read())
        {
            var problem = TryLine(lines.Current, out var range, out var country);
            if (problem is null && range.IsIPv4 != (isIPv4 ??= range.IsIPv4))
                problem = "IPv4 and IPv6 addresses must be in separate files";
            else if (problem is null && last.Count > 0 && range.First <= last[^1])
                problem = "the ranges are not in ascending order, or overlap";
            else if (problem is null && first.Count == MaxEntries)
                problem = $"a file has at most {MaxEntries} entries";
            if (problem is not null)
            {
                mistake = new(lines.Number, problem);
                return null;
            }
            first.Add(range.First);
            last.Add(range.Last);
            countries.Add(country);
        }
        mistake = isIPv4 is null ? new(lines.Number, "the file has no entry") : null;
        return isIPv4 is { } family ? new(family, [.. first], [.. last], [.. countries]) : null;
    }

    private static string? TryLine(ReadOnlySpan<byte> line, out NetworkRange range, out CountryCode country)
    {
        const string Form = "write first,last,country";
        range = default;
        country = default;
        var one = line.IndexOf((byte)',');
        var two = one < 0 ? -1 : one + 1 + line[(one + 1)..].IndexOf((byte)',');
        if (two <= one || line.Length > MaxLineInBytes)
            return Form;
        if (!TryAddress(line[..one], out var first) || !TryAddress(line[(one + 1)..two], out var last) || first.IsIPv4 != last.IsIPv4)
            return Form + ": addresses are decimal numbers (IPv4) or IPv6 addresses";
        if (first.Bits > last.Bits)
            return "write the lower end of a range first";
        if (!CountryCode.TryParse(line[(two + 1)..], out country) && !line[(two + 1)..].SequenceEqual("??"u8))
            return Form + ": a country is two letters";
        range = new(first.Bits, last.Bits, first.IsIPv4);
        return null;
    }

    private static bool TryAddress(ReadOnlySpan<byte> text, out NetworkAddress address)
    {
        address = default;
        if (Utf8Parser.TryParse(text, out uint number, out var read) && read == text.Length && text[0] is >= (byte)'0' and <= (byte)'9')
        {
            address = new(number, IsIPv4: true);
            return true;
        }
        Span<char> characters = stackalloc char[MaxLineInBytes];
        return NetworkAddress.TryParse(characters[..Encoding.Latin1.GetChars(text, characters)], out address) && text.Contains((byte)':');
    }
}
