using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Tests.Intake;

public sealed class MemoryBudgetTests
{
    [Fact]
    public void What_does_not_fit_takes_nothing()
    {
        var budget = new MemoryBudget(100);

        Assert.True(budget.TryTake(60));
        Assert.False(budget.TryTake(41));
        Assert.Equal(60, budget.UsedInBytes);
        Assert.True(budget.TryTake(40));
        budget.Return(60);

        Assert.Equal(40, budget.UsedInBytes);
    }

    [Fact]
    public void It_is_never_overdrawn_by_many_at_once()
    {
        var budget = new MemoryBudget(1000);
        var taken = 0;

        Parallel.For(0, 10_000, _ =>
        {
            if (budget.TryTake(7))
                Interlocked.Add(ref taken, 7);
        });

        Assert.InRange(taken, 1, 1000);
        Assert.Equal(taken, budget.UsedInBytes);
    }
}
