using IdempotencyGateway.Core.Fraud.Fields;

namespace IdempotencyGateway.Core.Tests.Fraud.Fields;

public sealed class FieldWriterTests
{
    [Fact]
    public void An_item_carries_its_parameters()
    {
        var writer = new FieldWriter(new char[64]);
        writer.Item(FieldValue.OfInteger(72));
        writer.Parameter("level", FieldValue.OfToken("high"));
        writer.Parameter("sure", FieldValue.True);
        writer.Parameter("late", FieldValue.False);

        Assert.Equal("72;level=high;sure;late=?0", writer.Finish());
    }

    [Fact]
    public void A_list_holds_items_with_their_parameters()
    {
        var writer = new FieldWriter(new char[64]);
        writer.Item(FieldValue.OfToken("a"));
        writer.Item(FieldValue.OfText("x"));
        writer.Parameter("q", FieldValue.OfInteger(2));
        writer.Item(FieldValue.True);

        Assert.Equal("a, \"x\";q=2, ?1", writer.Finish());
    }

    [Fact]
    public void A_dictionary_leaves_out_what_is_true()
    {
        var writer = new FieldWriter(new char[64]);
        writer.Member("ip.tor", FieldValue.True);
        writer.Parameter("since", FieldValue.OfInteger(3));
        writer.Member("ip.vpn", FieldValue.False);
        writer.Member("ip.country", FieldValue.OfText("NL"));

        Assert.Equal("ip.tor;since=3, ip.vpn=?0, ip.country=\"NL\"", writer.Finish());
    }

    [Fact]
    public void What_does_not_fit_fails_as_a_whole_and_nothing_is_written_beyond() => Property.Holds(random =>
    {
        var values = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Values.Any(random)).ToArray();
        var whole = Write(values, new char[4096], out _);
        var room = random.Next(whole!.Length + 3);
        var memory = new char[room + 8];
        memory.AsSpan().Fill('\u2620');
        var written = Write(values, memory.AsSpan(0, room), out var full);
        return full == (room < whole.Length) && (full ? written is null : written == whole) && memory.AsSpan(room).IndexOfAnyExcept('\u2620') < 0;
    });

    [Fact]
    public void Half_a_field_is_never_handed_out()
    {
        Assert.Throws<InvalidOperationException>(() =>
        {
            var writer = new FieldWriter(new char[3]);
            writer.Item(FieldValue.OfText("long"));
            return writer.Finish();
        });
    }

    [Theory]
    [InlineData("ip.country", true)]
    [InlineData("*", true)]
    [InlineData("a_-.*9", true)]
    [InlineData("", false)]
    [InlineData("Ip", false)]
    [InlineData("9a", false)]
    [InlineData(".a", false)]
    [InlineData("a b", false)]
    [InlineData("a=1", false)]
    public void A_key_is_small_letters_digits_and_four_marks(string key, bool valid) => Assert.Equal(valid, FieldKey.IsValid(key));

    [Fact]
    public void Any_name_has_a_key_near_it()
    {
        Assert.Equal("ext.my-vendor--x", FieldKey.From("ext.My Vendor:€x".Replace("€", "", StringComparison.Ordinal).Replace(":", "::", StringComparison.Ordinal)));
        Assert.Equal(FieldKey.MaxLength, FieldKey.From(new('a', 200)).Length);
    }

    [Fact]
    public void Parameters_have_valid_keys_that_stand_once_and_are_few()
    {
        Assert.Throws<ArgumentException>(() => FieldParameters.Of(("a", FieldValue.True), ("a", FieldValue.True)));
        Assert.Throws<ArgumentException>(() => FieldParameters.Of(("A", FieldValue.True)));
        Assert.Throws<ArgumentException>(() => FieldParameters.Of(("a", default)));
        Assert.Throws<ArgumentException>(() => FieldParameters.Of([.. Enumerable.Range(0, 9).Select(n => ($"a{n}", FieldValue.True))]));
    }

    private static string? Write(FieldValue[] values, Span<char> memory, out bool full)
    {
        var writer = new FieldWriter(memory);
        foreach (var value in values)
            writer.Item(value);
        full = writer.IsFull;
        return full ? null : writer.Finish();
    }
}
