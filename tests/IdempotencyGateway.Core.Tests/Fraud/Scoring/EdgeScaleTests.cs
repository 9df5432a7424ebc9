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

    [Fact]
    public void Any_text_is_a_score_of_0_to_100_or_none()
    {
        var random = new Random(20261126);
        for (var time = 0; time < 100_000; time++)
        {
            var text = System.Text.Encoding.Latin1.GetString(Damage.Done(random.Next(2) == 0 ? "64.5"u8 : " 1e2\t,-.7"u8, random));
            Assert.All((EdgeScale[])[EdgeScale.CloudflareBotScore, EdgeScale.Percent, EdgeScale.Probability], scale => Assert.InRange(scale.Risk(text) ?? 0, 0, 100));
        }
    }
}
