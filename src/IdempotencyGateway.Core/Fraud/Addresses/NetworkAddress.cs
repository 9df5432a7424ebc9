using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>
/// An IPv4 or IPv6 address as a number, so that comparing and looking up allocate nothing. An IPv4-mapped IPv6 address
/// (<c>::ffff:192.0.2.1</c>) is the IPv4 address.
/// </summary>
/// <param name="Bits">Of an IPv4 address the last 32.</param>
public readonly record struct NetworkAddress(UInt128 Bits, bool IsIPv4)
{
    private const int MaxTextLength = 45;
    private static readonly SearchValues<char> IPv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");
    private static readonly UInt128 MappedPrefix = new(0, 0xFFFF_0000_0000);

    /// <summary>32 or 128.</summary>
    public int Length => IsIPv4 ? 32 : 128;

    /// <summary>Of an IPv6 address the first half: the subscriber chooses the other half freely, so it identifies nobody.</summary>
    public ulong Subscriber => (ulong)(IsIPv4 ? Bits : Bits >> 64);

    /// <summary>Zones (<c>fe80::1%eth0</c>) are forgotten: no list knows them.</summary>
    public static NetworkAddress From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        var bits = UInt128.Zero;
        foreach (var part in bytes[..written])
            bits = (bits << 8) | part;
        return written == 4 ? new(bits, IsIPv4: true) : FromIPv6(bits);
    }

    /// <summary>An IPv6 address, or the IPv4 address in it.</summary>
    public static NetworkAddress FromIPv6(UInt128 bits) =>
        bits >> 32 == MappedPrefix >> 32 ? new((uint)bits, IsIPv4: true) : new(bits, IsIPv4: false);

    /// <summary>
    /// Four decimal numbers without needless zeros, or RFC 4291 §2.2. Nothing around it, no zone, no port, none of the older spellings (octal, one number)
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
