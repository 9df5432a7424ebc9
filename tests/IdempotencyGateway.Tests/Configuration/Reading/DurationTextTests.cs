using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Tests.Configuration.Reading;

public class DurationTextTests
{
    [Theory]
    [InlineData("200ms", "00:00:00.2000000")]
    [InlineData("0s", "00:00:00")]
    [InlineData("30s", "00:00:30")]
    [InlineData("90S", "00:01:30")]
    [InlineData("15m", "00:15:00")]
    [InlineData("24h", "1.00:00:00")]
    [InlineData("7d", "7.00:00:00")]
    [InlineData("00:00:10", "00:00:10")]
    [InlineData("1.00:00:00", "1.00:00:00")]
    [InlineData("00:00:00.250", "00:00:00.2500000")]
    public void A_duration_is_read_as_people_write_it(string text, string expected)
    {
        Assert.True(DurationText.TryParse(text, out var value));
        Assert.Equal(expected, value.ToString("c", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("30 s")]
    [InlineData("1.5h")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("-00:00:10")]
    [InlineData("00:30")]
    [InlineData("24:00:00")]
    [InlineData("5 minutes")]
    [InlineData("thirty")]
    [InlineData("9223372036854775807d")]
    [InlineData("99999999999999999999s")]
    public void What_could_mean_two_things_or_nothing_is_no_duration(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Fact]
    public void Every_duration_is_read_back_from_what_is_shown() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).Select(n => TimeSpan.FromTicks(n * 1_000L)).ToArbitrary(),
        value => DurationText.TryParse(DurationText.Format(value), out var back) && back == value).QuickCheckThrowOnFailure();
}
