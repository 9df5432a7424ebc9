using FsCheck;
using FsCheck.Fluent;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Tests.Configuration.Reading;

public class SizeTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("65536", 65536)]
    [InlineData("64KB", 65536)]
    [InlineData("1mb", 1048576)]
    [InlineData("2GB", 2147483648)]
    public void A_size_is_read_in_bytes_or_binary_units(string text, long expected)
    {
        Assert.True(SizeText.TryParse(text, out var bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("KB")]
    [InlineData("1.5MB")]
    [InlineData("-1")]
    [InlineData("1 MB")]
    [InlineData("1TB")]
    [InlineData("many")]
    [InlineData("9999999999999999999GB")]
    [InlineData("9223372036854775807KB")]
    public void Anything_else_is_no_size(string text) => Assert.False(SizeText.TryParse(text, out _));

    [Fact]
    public void Every_size_is_read_back_from_what_is_shown() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).Select(n => n * 512L).ToArbitrary(),
        bytes => SizeText.TryParse(SizeText.Format(bytes), out var back) && back == bytes).QuickCheckThrowOnFailure();
}
