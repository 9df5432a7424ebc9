using IdempotencyGateway.Limits;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

public class NewKeyMeterTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void A_caller_at_its_limit_waits_for_the_next_window()
    {
        var meter = new NewKeyMeter(3, Window, _time);
        for (var window = 0; window < 3; window++)
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Null(meter.Check(CallerTallyTests.Caller(1)));
                meter.Add(CallerTallyTests.Caller(1));
            }

            _time.Advance(TimeSpan.FromSeconds(20));
            Assert.Equal(TimeSpan.FromSeconds(40), meter.Check(CallerTallyTests.Caller(1))!.RetryAfter);
            _time.Advance(TimeSpan.FromSeconds(40));
        }
    }

    [Fact]
    public void What_an_earlier_window_counted_is_charged_to_nobody()
    {
        var meter = new NewKeyMeter(1, Window, _time);
        // More callers than the sketch has cells, so that few cells are empty.
        for (var i = 0; i < 100_000; i++)
            meter.Add(CallerTallyTests.Caller(i));
        Assert.NotNull(meter.Check(CallerTallyTests.Caller(0)));
        _time.Advance(Window);
        Assert.Null(meter.Check(CallerTallyTests.Caller(0)));

        for (var i = 0; i < 200; i++)
            meter.Add(CallerTallyTests.Caller(i));

        Assert.InRange(Enumerable.Range(1000, 1000).Count(number => meter.Check(CallerTallyTests.Caller(number)) is not null), 0, 2);
    }

    [Fact]
    public void The_sketch_hardly_overcounts_callers_that_share_cells()
    {
        var meter = new NewKeyMeter(100, Window, _time);
        for (var i = 0; i < 20_000; i++)
            meter.Add(CallerTallyTests.Caller(i % 200));

        var wronged = Enumerable.Range(1000, 1000).Count(number => meter.Check(CallerTallyTests.Caller(number)) is not null);

        // With 200 busy callers in 32,768 cells, one caller in 27,000 shares both of its cells with them.
        Assert.InRange(wronged, 0, 2);
        Assert.All(Enumerable.Range(0, 200), number => Assert.NotNull(meter.Check(CallerTallyTests.Caller(number))));
    }

    [Fact]
    public void Counting_allocates_nothing_below_the_limit()
    {
        var meter = new NewKeyMeter(int.MaxValue, Window, _time);
        var caller = CallerTallyTests.Caller(1);
        meter.Check(caller);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            meter.Check(caller);
            meter.Add(caller);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
