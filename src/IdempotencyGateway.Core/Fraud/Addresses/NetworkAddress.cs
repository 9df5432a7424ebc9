using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>
/// An IPv4 or IPv6 address as a number, so that comparisons and look-ups allocate nothing. An IPv4-mapped IPv6 address
/// (<c>::ffff:192.0.2.1</c>) is treated as the IPv4 address.
/// </summary>
/// <param name="Bits">An IPv4 address is in the low 32 bits.</param>
public readonly record struct NetworkAddress(UInt128 Bits, bool IsIPv4)
{
    private const int MaxTextLength = 45;
    private static readonly SearchValues<char> IPv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");
    private static readonly UInt128 MappedPrefix = new(0, 0xFFFF_0000_0000);

    /// <summary>In bits: 32 or 128.</summary>
    public int Length => IsIPv4 ? 32 : 128;

    /// <summary>The part that identifies the subscriber: all of an IPv4 address, the /64 prefix of an IPv6 address. A subscriber chooses the other half freely.</summary>
    public ulong Subscriber => (ulong)(IsIPv4 ? Bits : Bits >> 64);

    /// <summary>The zone (<c>fe80::1%eth0</c>) is dropped, because lists have no zones.</summary>
    public static NetworkAddress From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        var bits = UInt128.Zero;
        foreach (var part in bytes[..written])
            bits = (bits << 8) | part;
        return written == 4 ? new(bits, IsIPv4: true) : FromIPv6(bits);
    }

    /// <summary>The IPv6 address, or for an IPv4-mapped one the IPv4 address.</summary>
    public static NetworkAddress FromIPv6(UInt128 bits) =>
        bits >> 32 == MappedPrefix >> 32 ? new((uint)bits, IsIPv4: true) : new(bits, IsIPv4: false);

    /// <summary>
    /// Accepts four decimal numbers without leading zeros, or IPv6 as in RFC 4291 §2.2. No whitespace, zone or port, and none of the older spellings (octal, a single number)
    /// about which programs disagree.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out NetworkAddress address)
    {
        address = default;
        if (text.Length is 0 or > MaxTextLength)
            return false;
        if (!text.Contains(':'))
        {
            var parsed = TryParseIPv4(text, out var bits);
            address = parsed ? new(bits, IsIPv4: true) : default;
            return parsed;
        }
        if (text.ContainsAnyExcept(IPv6Characters) || !EndsInValidIPv4(text) || !IPAddress.TryParse(text, out var ip))
            return false;
        address = From(ip);
        return true;
    }

    public override string ToString() => IsIPv4
        ? string.Create(CultureInfo.InvariantCulture, $"{(uint)Bits >> 24}.{((uint)Bits >> 16) & 0xFF}.{((uint)Bits >> 8) & 0xFF}.{(uint)Bits & 0xFF}")
        : ToIPAddress().ToString();

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return new(IsIPv4 ? bytes[12..] : bytes);
    }

    private static bool EndsInValidIPv4(ReadOnlySpan<char> text) =>
        !text.Contains('.') || TryParseIPv4(text[(text.LastIndexOf(':') + 1)..], out _);

    private static bool TryParseIPv4(ReadOnlySpan<char> text, out uint bits)
    {
        bits = 0;
        var parts = 0;
        for (var at = 0; at < text.Length; parts++)
        {
            if (parts > 0 && (parts == 4 || text[at++] != '.'))
                return false;
            var (start, number) = (at, 0u);
            for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
            {
                if (at - start == 3)
                    return false;
                number = (number * 10) + (uint)(text[at] - '0');
            }
            if (at == start || number > 255 || (at - start > 1 && text[start] == '0'))
                return false;
            bits = (bits << 8) | number;
        }
        return parts == 4;
    }
}
