using IdempotencyGateway.Core.Fraud.Databases;

namespace IdempotencyGateway.Core.Tests.Fraud.Databases;

/// <summary>Decoding of every data type in every size and with every pointer size, beside values that must be skipped.</summary>
public sealed class MmdbReaderTests
{
    [Fact]
    public void A_file_says_what_it_is_and_when_it_was_made()
    {
        var metadata = MmdbFile.TryOpen(new MmdbWriter("GeoLite2-City").Add("10.0.0.0/8", Everything).Write(), out _)!.Metadata;

        Assert.Equal(new("GeoLite2-City", DateTimeOffset.FromUnixTimeSeconds(1_795_283_090), 6, metadata.NodeCount, 24), metadata);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1900)]
    [InlineData(2, 2048)]
    [InlineData(2, 500_000)]
    [InlineData(3, 526_336)]
    [InlineData(3, 3_000_000)]
    [InlineData(4, 0)]
    [InlineData(4, 3_000_000)]
    public void Every_type_is_read_and_skipped_whatever_lies_between(int pointerSize, int padding)
    {
        var writer = new MmdbWriter("All") { PointerSize = pointerSize };
        if (padding > 0)
            writer.Pad(padding);
        var file = MmdbFile.TryOpen(writer.Add("10.0.0.0/8", Everything).Write(), out var problem);
        Assert.Null(problem);
        Assert.Equal(DatabaseAnswer.Found, file!.Find(new(0x0A000001, IsIPv4: true), out var record));
        var reader = new MmdbReader(file.Data);

        Assert.Equal("short", Text(ref reader, record, "text"));
        Assert.Equal(28, Text(ref reader, record, "text 28").Length);
        Assert.Equal(29, Text(ref reader, record, "text 29").Length);
        Assert.Equal(284, Text(ref reader, record, "text 284").Length);
        Assert.Equal(285, Text(ref reader, record, "text 285").Length);
        Assert.Equal(65_820, Text(ref reader, record, "text 65820").Length);
        Assert.Equal(65_821, Text(ref reader, record, "text 65821").Length);
        Assert.Equal("pointed to", Text(ref reader, record, "shared"));
        Assert.Equal(-1.25, reader.Number(Member(ref reader, record, "double")));
        Assert.Equal(0.5, reader.Number(Member(ref reader, record, "float")));
        Assert.Equal(65_535UL, reader.Unsigned(Member(ref reader, record, "u16")));
        Assert.Equal(0UL, reader.Unsigned(Member(ref reader, record, "u32 zero")));
        Assert.Equal(4_294_967_295UL, reader.Unsigned(Member(ref reader, record, "u32")));
        Assert.Equal(ulong.MaxValue, reader.Unsigned(Member(ref reader, record, "u64")));
        Assert.Equal(7UL, reader.Unsigned(Member(ref reader, record, "u128")));
        Assert.Equal(12UL, reader.Unsigned(Member(ref reader, record, "i32")));
        Assert.True(reader.Truth(Member(ref reader, record, "true")));
        Assert.False(reader.Truth(Member(ref reader, record, "false")));
        Assert.Equal("deep", Text(ref reader, Member(ref reader, Member(ref reader, record, "map"), "map"), "text"));
        Assert.Equal("last", Text(ref reader, record, "zz"));
        Assert.Equal(MmdbReader.Nowhere, Member(ref reader, record, "missing"));
        Assert.False(reader.IsCorrupt);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("double")]
    [InlineData("array")]
    [InlineData("u128 large")]
    [InlineData("i32 negative")]
    [InlineData("map")]
    [InlineData("true")]
    public void A_value_of_another_type_than_asked_for_is_damage(string member)
    {
        var file = MmdbFile.TryOpen(new MmdbWriter("All").Add("10.0.0.0/8", Everything).Write(), out _)!;
        file.Find(new(0x0A000001, IsIPv4: true), out var record);
        var reader = new MmdbReader(file.Data);

        Assert.Null(reader.Unsigned(Member(ref reader, record, member)));
        Assert.True(reader.IsCorrupt);
        Assert.Equal(MmdbReader.Nowhere, Member(ref reader, record, "text"));
    }

    private static readonly (string, object)[] Everything =
    [
        ("array", new object[] { "a", new object[] { true, 1.5 }, new MmdbWriter.WrittenOnce("pointed to") }),
        ("bytes", new byte[300]),
        ("double", -1.25),
        ("empty array", Array.Empty<object>()),
        ("empty map", Array.Empty<(string, object)>()),
        ("false", false),
        ("float", 0.5f),
        ("i32", 12),
        ("i32 negative", -12),
        ("map", new (string, object)[] { ("map", new (string, object)[] { ("text", "deep") }), ("text", "shallow") }),
        ("shared", new MmdbWriter.WrittenOnce("pointed to")),
        ("shared map", new MmdbWriter.WrittenOnce("another")),
        ("text", "short"),
        ("text 28", new string('x', 28)),
        ("text 284", new string('x', 284)),
        ("text 285", new string('x', 285)),
        ("text 29", new string('x', 29)),
        ("text 65820", new string('x', 65_820)),
        ("text 65821", new string('x', 65_821)),
        ("true", true),
        ("u128", (UInt128)7),
        ("u128 large", UInt128.MaxValue),
        ("u16", ushort.MaxValue),
        ("u32", uint.MaxValue),
        ("u32 zero", 0U),
        ("u64", ulong.MaxValue),
        ("zz", "last"),
    ];

    private static int Member(ref MmdbReader reader, int map, string name) => reader.Member(map, System.Text.Encoding.UTF8.GetBytes(name));

    private static string Text(ref MmdbReader reader, int map, string name) =>
        System.Text.Encoding.UTF8.GetString(reader.Text(Member(ref reader, map, name)));
}
