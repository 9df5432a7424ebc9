using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace IdempotencyGateway.Core.Fraud.Devices;

/// <summary>
/// JA4, a fingerprint of the software that opened a TLS connection, taken from its ClientHello: <c>t13d1516h2_8daaf6152771_e5627efa2ab1</c>. It ignores the order of
/// ciphers and extensions, and GREASE values (RFC 8701). Many clients share a fingerprint, and a client can imitate another's, so it is a
/// hint and not an identity.
/// </summary>
public static class Ja4Fingerprint
{
    private const ushort ServerName = 0x0000;
    private const ushort SignatureAlgorithms = 0x000d;
    private const ushort Alpn = 0x0010;
    private const ushort SupportedVersions = 0x002b;
    private const int MostCounted = 99;
    private const int HashInChars = 12;
    private static readonly string NoHash = new('0', HashInChars);

    /// <param name="clientHello">The first TLS record of a connection, or several if the message was fragmented. Anything else gives false, never an exception.</param>
    public static bool TryCompute(ReadOnlySpan<byte> clientHello, [NotNullWhen(true)] out string? fingerprint)
    {
        fingerprint = null;
        if (!ClientHello.TryParse(clientHello, out var hello))
            return false;
        var ciphers = Meant(hello.CipherSuites);
        var extensions = ExtensionsOf(hello);
        fingerprint = string.Create(
            CultureInfo.InvariantCulture,
            $"t{VersionOf(hello)}{(extensions.Contains(ServerName) ? 'd' : 'i')}{Math.Min(ciphers.Count, MostCounted):00}{Math.Min(extensions.Count, MostCounted):00}{AlpnOf(hello)}_{HashOf(ciphers)}_{HashOf(hello, extensions)}");
        return true;
    }

    private static string VersionOf(ClientHello hello)
    {
        var version = hello.LegacyVersion;
        if (hello.TryFind(SupportedVersions, out var content) && new ByteCursor(content).TryVector8(out var versions))
            version = Meant(versions).DefaultIfEmpty(version).Max();
        return version switch
        {
            0x0304 => "13",
            0x0303 => "12",
            0x0302 => "11",
            0x0301 => "10",
            0x0300 => "s3",
            0x0002 => "s2",
            _ => "00",
        };
    }

    /// <summary>The first and last character of the first ALPN protocol, or of its hexadecimal form if one of them is neither a letter nor a digit.</summary>
    private static string AlpnOf(ClientHello hello)
    {
        if (!hello.TryFind(Alpn, out var content) || !new ByteCursor(content).TryVector16(out var protocols)
            || !new ByteCursor(protocols).TryVector8(out var first) || first.IsEmpty)
        {
            return "00";
        }
        if (char.IsAsciiLetterOrDigit((char)first[0]) && char.IsAsciiLetterOrDigit((char)first[^1]))
            return $"{(char)first[0]}{(char)first[^1]}";
        var hex = Convert.ToHexStringLower(first);
        return $"{hex[0]}{hex[^1]}";
    }

    private static string HashOf(List<ushort> ciphers)
    {
        ciphers.Sort();
        return ciphers.Count == 0 ? NoHash : Hash(Join(ciphers));
    }

    /// <summary>Leaves out server name and ALPN, which are in the first part already. Signature algorithms are not sorted.</summary>
    private static string HashOf(ClientHello hello, List<ushort> extensions)
    {
        if (extensions.Count == 0)
            return NoHash;
        extensions.RemoveAll(static type => type is ServerName or Alpn);
        extensions.Sort();
        var algorithms = hello.TryFind(SignatureAlgorithms, out var content) && new ByteCursor(content).TryVector16(out var offered) ? Meant(offered) : [];
        var text = algorithms.Count == 0 ? Join(extensions) : $"{Join(extensions)}_{Join(algorithms)}";
        return text.Length == 0 ? NoHash : Hash(text);
    }

    private static List<ushort> ExtensionsOf(ClientHello hello)
    {
        var types = new List<ushort>();
        var cursor = new ByteCursor(hello.Extensions);
        while (cursor.TryUInt16(out var type) && cursor.TryVector16(out _))
        {
            if (!IsGrease(type))
                types.Add(type);
        }
        return types;
    }

    /// <summary>The numbers in a list, without GREASE values.</summary>
    private static List<ushort> Meant(ReadOnlySpan<byte> list)
    {
        var numbers = new List<ushort>(list.Length / sizeof(ushort));
        for (; list.Length >= sizeof(ushort); list = list[sizeof(ushort)..])
        {
            var number = BinaryPrimitives.ReadUInt16BigEndian(list);
            if (!IsGrease(number))
                numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>0a0a, 1a1a, … fafa.</summary>
    private static bool IsGrease(ushort number) => (number & 0x0f0f) == 0x0a0a && number >> 8 == (number & 0xff);

    private static string Join(List<ushort> numbers) => string.Join(',', numbers.Select(number => number.ToString("x4", CultureInfo.InvariantCulture)));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))[..HashInChars];
}
