using System.Runtime.InteropServices;
using System.Text;

namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>
/// An immutable set of addresses, as sorted disjoint ranges with binary search. A range takes 8 bytes for IPv4 and 32 for IPv6. A look-up
/// allocates nothing.
/// </summary>
public sealed class AddressList
{
    /// <summary>The most entries in a list.</summary>
    public const int MaxEntries = 5_000_000;

    /// <summary>Reading stops after so many mistakes, because the file is then probably not an address list at all.</summary>
    public const int MaxMistakes = 10;

    private const int MaxLineInBytes = 100;

    private readonly uint[] _firstIPv4 = [];
    private readonly uint[] _lastIPv4 = [];
    private readonly UInt128[] _firstIPv6 = [];
    private readonly UInt128[] _lastIPv6 = [];

    private AddressList()
    {
    }

    private AddressList(List<(uint First, uint Last)> ipv4, List<(UInt128 First, UInt128 Last)> ipv6)
    {
        _firstIPv4 = [.. ipv4.Select(range => range.First)];
        _lastIPv4 = [.. ipv4.Select(range => range.Last)];
        _firstIPv6 = [.. ipv6.Select(range => range.First)];
        _lastIPv6 = [.. ipv6.Select(range => range.Last)];
    }

    public static AddressList Empty { get; } = new();

    /// <summary>How many ranges there are, after overlapping and adjacent ones were merged.</summary>
    public int Count => _firstIPv4.Length + _firstIPv6.Length;

    public bool Contains(NetworkAddress address) => address.IsIPv4
        ? Contains(_firstIPv4, _lastIPv4, (uint)address.Bits)
        : Contains(_firstIPv6, _lastIPv6, address.Bits);

    public static AddressList Of(IEnumerable<NetworkRange> ranges)
    {
        List<(uint First, uint Last)> ipv4 = [];
        List<(UInt128 First, UInt128 Last)> ipv6 = [];
        foreach (var range in ranges)
            Add(range, ipv4, ipv6);
        return Joined(ipv4, ipv6);
    }

    /// <summary>
    /// Reads a plain-text list with one address, prefix or range per line (<see cref="NetworkRange.TryParse"/>). Lines may be empty; "#" and ";" begin a comment.
    /// </summary>
    /// <param name="text">The file's bytes.</param>
    /// <param name="mistakes">The first <see cref="MaxMistakes"/> mistakes; empty when the list was read.</param>
    /// <returns>Null when there are mistakes, because a partial deny list would let addresses pass that the whole list blocks.</returns>
    public static AddressList? TryRead(ReadOnlySpan<byte> text, out IReadOnlyList<LineMistake> mistakes)
    {
        List<LineMistake> found = [];
        List<(uint First, uint Last)> ipv4 = [];
        List<(UInt128 First, UInt128 Last)> ipv6 = [];
        var lines = new TextLines(text, "#;"u8);
        Span<char> line = stackalloc char[MaxLineInBytes];
        while (found.Count < MaxMistakes && lines.Read())
        {
            string? problem = null;
            if (lines.Current.Length > MaxLineInBytes)
                problem = "the line is too long for an address, a prefix or a range";
            else if (ipv4.Count + ipv6.Count == MaxEntries)
                problem = $"a list has at most {MaxEntries} entries";
            else if (NetworkRange.TryParse(line[..Encoding.Latin1.GetChars(lines.Current, line)], out var range, out problem))
                Add(range, ipv4, ipv6);
            if (problem is not null)
                found.Add(new(lines.Number, problem));
        }
        mistakes = found;
        return found.Count == 0 ? Joined(ipv4, ipv6) : null;
    }

    private static void Add(NetworkRange range, List<(uint First, uint Last)> ipv4, List<(UInt128 First, UInt128 Last)> ipv6)
    {
        if (range.IsIPv4)
            ipv4.Add(((uint)range.First, (uint)range.Last));
        else
            ipv6.Add((range.First, range.Last));
    }

    private static AddressList Joined(List<(uint First, uint Last)> ipv4, List<(UInt128 First, UInt128 Last)> ipv6)
    {
        Join(ipv4, uint.MaxValue);
        Join(ipv6, UInt128.MaxValue);
        return new(ipv4, ipv6);
    }

    private static void Join<T>(List<(T First, T Last)> ranges, T max)
        where T : System.Numerics.IBinaryInteger<T>
    {
        ranges.Sort();
        var all = CollectionsMarshal.AsSpan(ranges);
        var kept = 0;
        for (var at = 1; at < all.Length; at++)
        {
            if (all[kept].Last == max || all[at].First <= all[kept].Last + T.One)
                all[kept].Last = T.Max(all[kept].Last, all[at].Last);
            else
                all[++kept] = all[at];
        }
        if (kept + 1 < ranges.Count)
            ranges.RemoveRange(kept + 1, ranges.Count - kept - 1);
    }

    /// <summary>Only the last range that begins at or before the address can contain it.</summary>
    private static bool Contains<T>(T[] first, T[] last, T address)
        where T : IComparable<T>
    {
        var at = Array.BinarySearch(first, address);
        if (at < 0)
            at = ~at - 1;
        return at >= 0 && address.CompareTo(last[at]) <= 0;
    }
}
