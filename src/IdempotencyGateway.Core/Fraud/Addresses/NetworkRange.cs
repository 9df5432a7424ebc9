using System.Globalization;
using System.Net;

namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>All addresses of one family from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
public readonly record struct NetworkRange(UInt128 First, UInt128 Last, bool IsIPv4)
{
    private const string NoAddress = "write an address, a prefix (192.0.2.0/24) or a range (192.0.2.7-192.0.2.9)";

    public bool Contains(NetworkAddress address) => address.IsIPv4 == IsIPv4 && address.Bits >= First && address.Bits <= Last;

    /// <summary>Equal to what <see cref="TryParse"/> makes of the network's text.</summary>
    public static NetworkRange From(IPNetwork network)
    {
        var first = NetworkAddress.From(network.BaseAddress);
        var bits = network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? 128 : 32;
        return new(first.Bits, first.Bits | Rest(bits - network.PrefixLength, first.Length), first.IsIPv4);
    }

    /// <summary>
    /// Accepts an address, a prefix (<c>192.0.2.0/24</c>) or a range (<c>192.0.2.7-192.0.2.9</c>). An IPv4-mapped prefix (<c>::ffff:192.0.2.0/120</c>) is the IPv4
    /// prefix; a shorter IPv6 prefix does not include IPv4 addresses.
    /// </summary>
    /// <param name="problem">What is wrong and what to write instead.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out NetworkRange range, out string? problem)
    {
        var slash = text.IndexOf('/');
        var dash = text.IndexOf('-');
        problem = slash >= 0 ? Prefix(text, slash, out range)
            : dash >= 0 ? FromTo(text[..dash].TrimEnd(" \t"), text[(dash + 1)..].TrimStart(" \t"), out range)
            : One(text, out range);
        return problem is null;
    }

    private static string? One(ReadOnlySpan<char> text, out NetworkRange range)
    {
        var parsed = NetworkAddress.TryParse(text, out var address);
        range = new(address.Bits, address.Bits, address.IsIPv4);
        return parsed ? null : NoAddress;
    }

    private static string? FromTo(ReadOnlySpan<char> from, ReadOnlySpan<char> to, out NetworkRange range)
    {
        range = default;
        if (!NetworkAddress.TryParse(from, out var first) || !NetworkAddress.TryParse(to, out var last))
            return NoAddress;
        if (first.IsIPv4 != last.IsIPv4)
            return "both ends of a range must be IPv4, or both IPv6";
        if (first.Bits > last.Bits)
            return "write the lower end of a range first";
        range = new(first.Bits, last.Bits, first.IsIPv4);
        return null;
    }

    private static string? Prefix(ReadOnlySpan<char> text, int slash, out NetworkRange range)
    {
        range = default;
        var digits = text[(slash + 1)..];
        if (!NetworkAddress.TryParse(text[..slash], out var address))
            return "write an address before the slash";
        var asWritten = text[..slash].Contains(':') ? 128 : 32;
        if (digits.Length > 3 || digits is ['0', _, ..] || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > asWritten)
            return $"write 0 to {asWritten} after the slash";
        if (asWritten != address.Length)
        {
            if (length < 96)
                return "an IPv4 prefix in IPv6 form has at least 96 bits";
            length -= 96;
        }
        var rest = Rest(address.Length - length, address.Length);
        if ((address.Bits & rest) != 0)
            return string.Create(CultureInfo.InvariantCulture, $"bits are set after the prefix: write {address with { Bits = address.Bits & ~rest }}/{length}");
        range = new(address.Bits, address.Bits | rest, address.IsIPv4);
        return null;
    }

    /// <summary>A mask of the bits after a prefix.</summary>
    private static UInt128 Rest(int bits, int length) => bits >= length ? UInt128.MaxValue >> (128 - length) : ((UInt128)1 << bits) - 1;
}
