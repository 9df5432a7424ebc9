using IdempotencyGateway.Core.Fraud.Devices;

namespace IdempotencyGateway.Core.Tests.Fraud.Devices;

public sealed class Ja4FingerprintTests
{
    private const string BrowserCiphers = "1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035";
    private const string BrowserAlgorithms = "0403,0804,0401,0503,0805,0501,0806,0601";
    private const string ToolExtensions = "0000,0005,000a,000b,000d,0010,0017,0023,002b,002d,0033";

    /// <summary>Published JA4 fingerprints with the lists that they were computed from.</summary>
    [Theory]
    [InlineData("t13d1516h2_8daaf6152771_e5627efa2ab1", BrowserCiphers, "001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015", BrowserAlgorithms)]
    [InlineData("t13d1516h2_8daaf6152771_d8a2da3f94cd", BrowserCiphers, "002d,0033,0010,fe0d,0017,44cd,0000,000b,000a,002b,ff01,0023,0012,0005,000d,001b", BrowserAlgorithms)]
    [InlineData("t13d1516h2_8daaf6152771_02713d6af862", BrowserCiphers, "0000,0017,ff01,000a,000b,0023,0010,0005,000d,0012,0033,002d,002b,001b,4469,fe0d", BrowserAlgorithms)]
    [InlineData("t13d1011h2_61a7ad8aa9b6_3fcd1a44f3e3", "1303,1302,1301,cca9,cca8,c02f,c030,c02b,c02c,00ff", ToolExtensions, "0503,0403,0807,0806,0805,0804,0601,0501,0401")]
    public void Published_names_come_out(string expected, string ciphers, string extensions, string algorithms) =>
        Assert.Equal(expected, Of(new() { Ciphers = ciphers, Extensions = extensions, SignatureAlgorithms = algorithms }));

    [Fact]
    public void Made_up_values_do_not_count_wherever_they_stand()
    {
        var plain = new HelloBytes { Ciphers = BrowserCiphers, Extensions = ToolExtensions, SignatureAlgorithms = BrowserAlgorithms };
        var greased = new HelloBytes
        {
            Ciphers = $"0a0a,{BrowserCiphers},fafa",
            Extensions = $"1a1a,{ToolExtensions},dada",
            SignatureAlgorithms = $"{BrowserAlgorithms},caca",
            SupportedVersions = "7a7a,0304,0303",
        };

        Assert.Equal(Of(plain), Of(greased));
    }

    [Fact]
    public void Order_does_not_count_but_for_signature_algorithms()
    {
        var one = Of(new() { Ciphers = "1301,1302", Extensions = "0000,000d,0033", SignatureAlgorithms = "0403,0804" });

        Assert.Equal(one, Of(new() { Ciphers = "1302,1301", Extensions = "0033,0000,000d", SignatureAlgorithms = "0403,0804" }));
        Assert.NotEqual(one, Of(new() { Ciphers = "1301,1302", Extensions = "0000,000d,0033", SignatureAlgorithms = "0804,0403" }));
    }

    [Theory]
    [InlineData("002b", "0304,0303", 0x0303, "t13i")]
    [InlineData("002b", "0303,0304", 0x0303, "t13i")]
    [InlineData("002b", "0302", 0x0303, "t11i")]
    [InlineData("002b", "", 0x0303, "t12i")]
    [InlineData("0000", "", 0x0303, "t12d")]
    [InlineData("0000", "", 0x0301, "t10d")]
    [InlineData("", "", 0x0300, "ts3i")]
    [InlineData("", "", 0x0002, "ts2i")]
    [InlineData("", "", 0x7f12, "t00i")]
    public void It_begins_with_the_highest_version_and_whether_a_name_was_asked_for(string extensions, string versions, int legacy, string start) =>
        Assert.StartsWith(start, Of(new() { Extensions = extensions, SupportedVersions = versions, Version = (ushort)legacy }), StringComparison.Ordinal);

    [Theory]
    [InlineData("6832", "h2")]
    [InlineData("687474702f312e31", "h1")]
    [InlineData("68", "hh")]
    [InlineData("ab", "ab")]
    [InlineData("20", "20")]
    [InlineData("30ab", "3b")]
    [InlineData("30312dab", "3b")]
    [InlineData("2d6832", "22")]
    [InlineData("", "00")]
    public void The_first_protocol_gives_two_characters(string alpn, string expected) =>
        Assert.Equal(expected, Of(new() { Extensions = "0010", Alpn = Convert.FromHexString(alpn) })[8..10]);

    [Theory]
    [InlineData("1301", null, "t12i010000_")]
    [InlineData("", null, "t12i000000_000000000000_000000000000")]
    [InlineData("", "", "t12i000000_000000000000_000000000000")]
    [InlineData("", "0000", "t12d000100_000000000000_000000000000")]
    [InlineData("0a0a", "1a1a", "t12i000000_000000000000_000000000000")]
    public void What_is_empty_has_no_hash(string ciphers, string? extensions, string start) =>
        Assert.StartsWith(start, Of(new() { Ciphers = ciphers, Extensions = extensions }), StringComparison.Ordinal);

    [Fact]
    public void Counts_stop_at_99()
    {
        var many = string.Join(',', Enumerable.Range(0x1000, 150).Select(number => number.ToString("x4", System.Globalization.CultureInfo.InvariantCulture)));

        Assert.StartsWith("t12i999900_", Of(new() { Ciphers = many, Extensions = many }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void A_hello_in_pieces_is_the_same(int fragmentInBytes)
    {
        var hello = new HelloBytes { Ciphers = BrowserCiphers, Extensions = ToolExtensions, SignatureAlgorithms = BrowserAlgorithms };

        Assert.True(Ja4Fingerprint.TryCompute(hello.ToRecords(fragmentInBytes), out var inPieces));
        Assert.Equal(Of(hello), inPieces);
    }

    [Fact]
    public void Every_beginning_of_a_hello_is_none_and_so_is_a_hello_with_something_behind_it()
    {
        var whole = new HelloBytes { Extensions = ToolExtensions, SignatureAlgorithms = BrowserAlgorithms }.ToRecords();
        for (var length = 0; length < whole.Length; length++)
            Assert.False(Ja4Fingerprint.TryCompute(whole.AsSpan(0, length), out _));

        Assert.True(Ja4Fingerprint.TryCompute(whole, out _));
        Assert.False(Ja4Fingerprint.TryCompute([.. whole, 0], out _));
    }

    [Fact]
    public void A_hundred_thousand_spoilt_hellos_make_nothing_throw_and_every_name_has_its_form()
    {
        var seeds = new[]
        {
            new HelloBytes { Ciphers = BrowserCiphers, Extensions = ToolExtensions, SignatureAlgorithms = BrowserAlgorithms }.ToRecords(),
            new HelloBytes { Ciphers = BrowserCiphers, Extensions = ToolExtensions, SignatureAlgorithms = BrowserAlgorithms }.ToRecords(40),
            new HelloBytes { Extensions = null }.ToRecords(),
        };
        var random = new Random(20261121);
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = seeds[i % seeds.Length].ToArray();
            for (var changes = random.Next(1, 8); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var cut = random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length;
            if (Ja4Fingerprint.TryCompute(bytes.AsSpan(0, cut), out var ja4))
                Assert.Matches("^t(1[0-3]|s[23]|00)[di][0-9]{4}[0-9A-Za-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$", ja4);
        }
    }

    private static string Of(HelloBytes hello) => Ja4Fingerprint.TryCompute(hello.ToRecords(), out var ja4) ? ja4 : throw new InvalidOperationException("no hello");
}
