using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Limits;

namespace IdempotencyGateway.Tests.Limits;

public class CallerTallyTests
{
    private static readonly StoreSecret Secret = new(new byte[StoreSecret.SizeInBytes]);

    [Fact]
    public void What_would_be_too_much_counts_for_nothing()
    {
        var tally = new CallerTally(10);

        Assert.True(tally.TryAdd(Caller(1), 7));
        Assert.False(tally.TryAdd(Caller(1), 4));
        Assert.True(tally.TryAdd(Caller(1), 3));
        Assert.False(tally.TryAdd(Caller(1)));
        Assert.True(tally.TryAdd(Caller(2), 10));
    }

    [Fact]
    public void A_caller_that_has_nothing_is_forgotten()
    {
        var tally = new CallerTally(10);
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(tally.TryAdd(Caller(i), 5));
            Assert.False(tally.TryAdd(Caller(i + 10_000), 11));
        }
        Assert.Equal(1000, tally.Count);

        for (var i = 0; i < 1000; i++)
            tally.Subtract(Caller(i), 5);

        Assert.Equal(0, tally.Count);
    }

    [Fact]
    public void Many_at_once_never_have_more_than_the_limit()
    {
        var tally = new CallerTally(100);
        var callers = Enumerable.Range(0, 8).Select(Caller).ToArray();
        var taken = new int[callers.Length];

        Parallel.For(0, 10_000, i =>
        {
            if (tally.TryAdd(callers[i % callers.Length]))
                Interlocked.Increment(ref taken[i % callers.Length]);
        });

        Assert.All(taken, of => Assert.Equal(100, of));
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var tally = new CallerTally(10);
        var caller = Caller(1);
        Count();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Count();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Count()
        {
            tally.TryAdd(caller);
            tally.Subtract(caller);
        }
    }

    internal static CallerScope Caller(int number) => CallerScope.FromCredentials(Secret, [new("x-api-key", $"caller-{number}")]);
}
