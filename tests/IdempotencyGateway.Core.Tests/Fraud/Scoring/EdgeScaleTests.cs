using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Core.Tests.Fraud.Scoring;

public sealed class EdgeScaleTests
{
    [Theory]
    [InlineData("1", 100)]
    [InlineData("2", 97)]
    [InlineData("15", 52)]
    [InlineData("29", 3)]
    [InlineData("30", 0)]
    [InlineData("99", 0)]
    [InlineData("0", null)]
    [InlineData("100", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("bot", null)]
    [InlineData("-5", null)]
    [InlineData("1e1", null)]
    [InlineData("1,5", null)]
    [InlineData("NaN", null)]
    [InlineData("11111111111111111111", null)]
    public void Low_is_a_bot_at_Cloudflare(string? score, int? risk) => Assert.Equal(risk, EdgeScale.CloudflareBotScore.Risk(score));

    [Theory]
    [InlineData("0", 0)]
    [InlineData(" 64.5 ", 65)]
    [InlineData("100", 100)]
    [InlineData("100.1", null)]
    public void A_percentage_is_what_it_says(string score, int? risk) => Assert.Equal(risk, EdgeScale.Percent.Risk(score));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.427", 43)]
    [InlineData("1", 100)]
    [InlineData("1.5", null)]
    public void A_probability_is_a_hundredth(string score, int? risk) => Assert.Equal(risk, EdgeScale.Probability.Risk(score));
}
