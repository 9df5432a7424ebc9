using IdempotencyGateway.Load.Client;

namespace IdempotencyGateway.Load.Tests.Client;

public class ArrivalScheduleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Without_a_ramp_requests_arrive_evenly()
    {
        var schedule = new ArrivalSchedule(perSecond: 200, ramp: TimeSpan.Zero, duration: 2 * Second);

        Assert.Equal(400, schedule.Count);
        Assert.Equal(TimeSpan.Zero, schedule.DueAt(0));
        Assert.Equal(TimeSpan.FromMilliseconds(5), schedule.DueAt(1));
        Assert.Equal(TimeSpan.FromSeconds(1.995), schedule.DueAt(399));
    }

    [Fact]
    public void A_ramp_brings_half_as_many_while_it_lasts_and_joins_without_a_gap()
    {
        var schedule = new ArrivalSchedule(perSecond: 100, ramp: 4 * Second, duration: 10 * Second);

        Assert.Equal(200 + 600, schedule.Count);
        Assert.Equal(2, schedule.DueAt(50).TotalSeconds, 1e-6);
        Assert.Equal(4, schedule.DueAt(200).TotalSeconds, 1e-6);
        Assert.Equal(4.01, schedule.DueAt(201).TotalSeconds, 1e-6);
        Assert.All(Enumerable.Range(1, 799), i => Assert.True(schedule.DueAt(i) > schedule.DueAt(i - 1)));
    }

    [Fact]
    public void A_ramp_may_take_all_of_the_time_or_more()
    {
        Assert.Equal(100, new ArrivalSchedule(100, ramp: 2 * Second, duration: 2 * Second).Count);
        Assert.Equal(25, new ArrivalSchedule(100, ramp: 2 * Second, duration: Second).Count);
    }
}
