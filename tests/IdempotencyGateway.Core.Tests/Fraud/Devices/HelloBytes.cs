using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Core.Tests.Fraud.Devices;

/// <summary>Composes the bytes of a TLS ClientHello.</summary>
internal sealed class HelloBytes
{
    private static readonly string[] WithContentOfItsOwn = ["0000", "000d", "0010", "002b"];

    public ushort Version { get; init; } = 0x0303;

    /// <summary>Cipher suites in hexadecimal, separated by commas, in the order of sending. The other lists have the same form.</summary>
    public string Ciphers { get; init; } = "1301";

    /// <summary>Extensions; null omits even their length field.</summary>
    public string? Extensions { get; init; } = "";

    public string SignatureAlgorithms { get; init; } = "";

    public string SupportedVersions { get; init; } = "0304";

    public byte[] Alpn { get; init; } = "h2"u8.ToArray();

    /// <param name="fragmentInBytes">The largest content of a TLS record; a longer message is fragmented.</param>
    public byte[] ToRecords(int fragmentInBytes = 16 * 1024)
    {
        byte[] body =
        [
            .. Number(Version), .. new byte[32], .. Vector8(new byte[32]), .. Vector16(Numbers(Ciphers)), .. Vector8([0]), .. Extensions is null ? [] : Vector16(ExtensionBytes(Extensions)),
        ];
        byte[] message = [1, 0, .. Vector16(body)];
        return [.. message.Chunk(fragmentInBytes).SelectMany(fragment => (byte[])[22, 3, 1, .. Vector16(fragment)])];
    }

    private byte[] ExtensionBytes(string types) => [.. types.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(type => (byte[])[.. Numbers(type), .. Vector16(ContentOf(type))])];

    private byte[] ContentOf(string type) => Array.IndexOf(WithContentOfItsOwn, type) switch
    {
        0 => Vector16([0, .. Vector16(Encoding.ASCII.GetBytes("example.com"))]),
        1 => Vector16(Numbers(SignatureAlgorithms)),
        2 => Vector16([.. Vector8(Alpn), .. Vector8("http/1.1"u8.ToArray())]),
        3 => Vector8(Numbers(SupportedVersions)),
        _ => [],
    };

    private static byte[] Numbers(string list) => [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(number => Number(ushort.Parse(number, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))];

    private static byte[] Number(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Vector8(byte[] content) => [(byte)content.Length, .. content];

    private static byte[] Vector16(byte[] content) => [.. Number(content.Length), .. content];
}
