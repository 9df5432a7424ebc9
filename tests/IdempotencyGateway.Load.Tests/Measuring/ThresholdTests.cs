using System.Diagnostics;
using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Tests.Measuring;

public class ThresholdTests
{
    [Theory]
    [InlineData("p99<=50ms", "p99<=50ms")]
    [InlineData(" p99.9 <= 1.5s ", "p99.9<=1500ms")]
    [InlineData("p50<=250us", "p50<=0.25ms")]
    [InlineData("rate>=1000", "rate>=1000")]
    [InlineData("errors<=0.1%", "errors<=0.1%")]
    [InlineData("max<=2s", "max<=2000ms")]
    public void It_is_read_as_it_is_written(string text, string written)
    {
        Assert.True(Threshold.TryParse(text, out var threshold));
        Assert.Equal(written, threshold.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("p99<50ms")]
    [InlineData("p99<=50")]
    [InlineData("p0<=50ms")]
    [InlineData("p100<=50ms")]
    [InlineData("rate>=10ms")]
    [InlineData("errors<=3")]
    [InlineData("median<=3ms")]
    [InlineData("p99<=-1ms")]
    public void What_says_nothing_clear_is_refused(string text) => Assert.False(Threshold.TryParse(text, out _));

    [Theory]
    [InlineData("p50<=3ms", true)]
    [InlineData("p50<=1ms", false)]
    [InlineData("p99<=9ms", false)]
    [InlineData("max<=20ms", true)]
    [InlineData("mean<=6ms", true)]
    [InlineData("errors<=25%", true)]
    [InlineData("errors<=24%", false)]
    [InlineData("rate>=1000000000", false)]
    public void A_measurement_keeps_it_or_not(string text, bool isKept)
    {
        var measurement = new Measurement(TimeSpan.FromSeconds(1));
        foreach (var milliseconds in new[] { 1, 2, 10 })
            measurement.Answered(milliseconds * Stopwatch.Frequency / 1000);
        measurement.Failed("status 500 instead of 201");
        measurement.End();

        Assert.True(Threshold.TryParse(text, out var threshold));
        Assert.Equal(isKept, threshold.Judge(measurement).IsKept);
    }
}
