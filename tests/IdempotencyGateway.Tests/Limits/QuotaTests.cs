using IdempotencyGateway.Limits;

namespace IdempotencyGateway.Tests.Limits;

public class QuotaTests
{
    [Fact]
    public void A_callers_limit_and_everybodys_are_told_apart()
    {
        var quota = new Quota(LimitedThing.Executions, total: 3, perCaller: 2);

        Assert.Null(Take(quota, 1));
        Assert.Null(Take(quota, 1));
        Assert.True(Take(quota, 1) is { OfCaller: true, Limit: 2, Thing: LimitedThing.Executions });
        Assert.Null(Take(quota, 2));
        Assert.True(Take(quota, 2) is { OfCaller: false, Limit: 3 });
        Assert.Equal((3, 2), (quota.Taken, quota.Callers));
    }

    [Fact]
    public void A_permit_that_was_given_back_is_free_again()
    {
        var quota = new Quota(LimitedThing.Waiters, total: 1, perCaller: 1);
        var caller = CallerTallyTests.Caller(1);

        using (quota.Take(caller, out var first))
        {
            Assert.Null(first);
            using var refused = quota.Take(CallerTallyTests.Caller(2), out var second);
            Assert.NotNull(second);
        }

        Assert.Equal((0, 0), (quota.Taken, quota.Callers));
        Assert.Null(Take(quota, 2));
    }

    /// <summary>Otherwise a request could be refused because of another refusal, although a permit has just been given back.</summary>
    [Fact]
    public async Task A_refusal_never_holds_a_permit()
    {
        var quota = new Quota(LimitedThing.Requests, total: 1, perCaller: 1);
        Assert.Null(quota.TryEnter());
        var refusals = Task.Run(() =>
        {
            for (var i = 0; i < 1_000_000; i++)
                Assert.NotNull(quota.TryEnter());
        });

        var most = 0L;
        while (!refusals.IsCompleted)
            most = Math.Max(most, quota.Taken);
        await refusals;

        Assert.Equal(1, most);
    }

    private static LimitReached? Take(Quota quota, int caller)
    {
        quota.Take(CallerTallyTests.Caller(caller), out var reached);
        return reached;
    }
}
