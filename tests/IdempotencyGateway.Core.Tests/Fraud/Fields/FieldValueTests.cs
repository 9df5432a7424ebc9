using IdempotencyGateway.Core.Fraud.Fields;

namespace IdempotencyGateway.Core.Tests.Fraud.Fields;

/// <summary>Serialisation of bare items (RFC 9651 §4.1), and values that cannot be represented.</summary>
public sealed class FieldValueTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(-42, "-42")]
    [InlineData(999_999_999_999_999, "999999999999999")]
    [InlineData(-999_999_999_999_999, "-999999999999999")]
    public void Integers_are_written_plainly(long value, string written) => Assert.Equal(written, FieldValue.OfInteger(value).ToString());

    [Theory]
    [InlineData(1_000_000_000_000_000)]
    [InlineData(-1_000_000_000_000_000)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void An_integer_of_more_than_15_digits_is_none(long value)
    {
        Assert.False(FieldValue.TryInteger(value, out _));
        Assert.Throws<ArgumentException>(() => FieldValue.OfInteger(value));
    }

    [Theory]
    [InlineData("0", "0.0")]
    [InlineData("1840.5", "1840.5")]
    [InlineData("-0.25", "-0.25")]
    [InlineData("3", "3.0")]
    [InlineData("10.05", "10.05")]
    [InlineData("10.005", "10.005")]
    [InlineData("0.0005", "0.0")]
    [InlineData("0.0015", "0.002")]
    [InlineData("0.0025", "0.002")]
    [InlineData("-0.0015", "-0.002")]
    [InlineData("999999999999.999", "999999999999.999")]
    public void Decimals_have_one_to_three_digits_and_halves_go_to_the_even_one(string value, string written) => Assert.Equal(
        written, Values.Decimal(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture)).ToString());

    [Theory]
    [InlineData(1e12)]
    [InlineData(-1e12)]
    [InlineData(999_999_999_999.9999)]
    [InlineData(double.MaxValue)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_decimal_that_is_too_large_or_no_number_is_none(double value) => Assert.False(FieldValue.TryDecimal(value, out _));

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("NL", "\"NL\"")]
    [InlineData("a \"b\" \\c", "\"a \\\"b\\\" \\\\c\"")]
    [InlineData("~ !", "\"~ !\"")]
    [InlineData("é", "%\"%c3%a9\"")]
    [InlineData("100% \"é\"", "%\"100%25 %22%c3%a9%22\"")]
    [InlineData("a\nb", "%\"a%0ab\"")]
    [InlineData("\u007F", "%\"%7f\"")]
    [InlineData("\U0001F600", "%\"%f0%9f%98%80\"")]
    [InlineData("é\\", "%\"%c3%a9\\\"")]
    public void Text_is_a_string_where_ASCII_will_do_and_else_a_display_string(string text, string written) =>
        Assert.Equal(written, FieldValue.OfText(text).ToString());

    [Fact]
    public void Text_that_is_too_long_or_no_Unicode_is_none()
    {
        Assert.True(FieldValue.TryText(new('a', FieldValue.MaxLength), out _));
        Assert.True(FieldValue.TryText("\uFFFD", out _));
        Assert.False(FieldValue.TryText(new('a', FieldValue.MaxLength + 1), out _));
        Assert.False(FieldValue.TryText("\uD83D", out _));
        Assert.False(FieldValue.TryText("a\uDE00\uD83D", out _));
    }

    [Theory]
    [InlineData("TOR_EXIT", true)]
    [InlineData("*", true)]
    [InlineData("a:b/c!#$%&'*+-.^_`|~9", true)]
    [InlineData("", false)]
    [InlineData("9a", false)]
    [InlineData("a b", false)]
    [InlineData("a\"", false)]
    [InlineData("a,b", false)]
    [InlineData("é", false)]
    [InlineData("a;b=1", false)]
    [InlineData("a\r\nb", false)]
    public void A_token_is_written_as_it_is_or_not_at_all(string text, bool isToken)
    {
        Assert.Equal(isToken, FieldValue.TryToken(text, out var value));
        if (isToken)
            Assert.Equal(text, value.ToString());
    }

    [Fact]
    public void Bytes_are_base64_with_padding_between_colons()
    {
        Assert.Equal("::", FieldValue.OfBytes([]).ToString());
        Assert.Equal(":aGVsbG8=:", FieldValue.OfBytes("hello"u8).ToString());
        Assert.Equal(":+/8=:", FieldValue.OfBytes([0xFB, 0xFF]).ToString());
        Assert.False(FieldValue.TryBytes(new byte[FieldValue.MaxLength + 1], out _));
    }

    [Fact]
    public void Booleans_are_one_digit_behind_a_mark()
    {
        Assert.Equal("?1", FieldValue.True.ToString());
        Assert.Equal("?0", FieldValue.False.ToString());
    }

    [Fact]
    public void Values_are_equal_when_kind_and_content_are()
    {
        Assert.Equal(FieldValue.OfBytes([1, 2]), FieldValue.OfBytes([1, 2]));
        Assert.NotEqual(FieldValue.OfBytes([1, 2]), FieldValue.OfBytes([1, 3]));
        Assert.NotEqual(FieldValue.OfText("a"), FieldValue.OfToken("a"));
        Assert.NotEqual(FieldValue.OfInteger(1), FieldValue.True);
        Assert.NotEqual(FieldValue.OfInteger(1000), Values.Decimal(1));
    }

    [Fact]
    public void Any_value_is_visible_ASCII_and_no_longer_than_promised() => Property.Holds(random =>
    {
        var value = Values.Any(random);
        var written = value.ToString();
        return written.Length <= value.MaxWrittenLength && !written.AsSpan().ContainsAnyExceptInRange(' ', '~');
    });
}
