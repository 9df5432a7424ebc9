using System.Diagnostics;
using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Tests.Measuring;

public class MeasurementTests
{
    [Fact]
    public void The_timeline_holds_every_answer_and_every_failure()
    {
        var measurement = new Measurement(TimeSpan.FromMinutes(10));
        for (var i = 0; i < 100; i++)
            measurement.Answered(Stopwatch.Frequency / 500);
        measurement.Failed("connection: ConnectionReset", times: 3);
        measurement.End();

        var point = Assert.Single(measurement.Timeline);
        Assert.Equal(100, point.PerSecond * measurement.Elapsed.TotalSeconds, 0.001);
        Assert.Equal(3, point.Errors);
        Assert.InRange(point.P50Ms, 1.98, 2.02);
        Assert.Equal(103, measurement.Requests);
    }

    [Fact]
    public void Every_answer_of_many_intervals_is_in_one_of_them()
    {
        var measurement = new Measurement(TimeSpan.FromMilliseconds(2));
        for (var i = 0; i < 20_000; i++)
            measurement.Answered(i);
        measurement.End();

        var timeline = measurement.Timeline;
        var ends = timeline.Skip(1).Select(point => point.AtSeconds).Append(measurement.Elapsed.TotalSeconds);

        // An interval without answers has no point in the timeline and does not widen its neighbours.
        var answers = timeline.Zip(ends, (point, end) => point.PerSecond * (end - point.AtSeconds));
        Assert.True(answers.Sum() >= 20_000 - 0.5, $"{answers.Sum()} answers");
        Assert.Equal(timeline.OrderBy(point => point.AtSeconds), timeline);
    }

    [Fact]
    public void What_failed_for_the_same_reason_is_counted_together()
    {
        var measurement = new Measurement(TimeSpan.FromSeconds(1));
        measurement.Failed("status 503 instead of 201");
        measurement.Failed("not sent in time");
        measurement.Failed("status 503 instead of 201");

        Assert.Equal(2, measurement.Failures["status 503 instead of 201"]);
        Assert.Equal(3, measurement.Errors);
        Assert.Equal(0, measurement.Latencies.Count);
    }
}
