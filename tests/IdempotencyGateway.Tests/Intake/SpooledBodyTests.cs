using System.Buffers;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>A body's pooled buffer is returned exactly once, and only when no reader is left.</summary>
public sealed class SpooledBodyTests
{
    [Fact]
    public void A_body_that_somebody_holds_outlives_its_exchange()
    {
        var (body, budget) = Make();
        Assert.True(body.TryHold());

        body.Dispose();
        Assert.Equal([7, 7, 7], body.Bytes.ToArray());
        Assert.Equal(16, budget.UsedInBytes);
        body.Dispose();

        Assert.Equal(0, budget.UsedInBytes);
    }

    [Fact]
    public void A_body_that_has_gone_back_cannot_be_held()
    {
        var (body, _) = Make();

        body.Dispose();

        Assert.False(body.TryHold());
    }

    [Fact]
    public void What_goes_back_is_wiped_and_not_before()
    {
        var (body, _) = Make();
        var bytes = body.Bytes;
        Assert.True(body.TryHold());

        body.Dispose();
        Assert.Equal([7, 7, 7], bytes.ToArray());
        body.Dispose();

        Assert.Equal([0, 0, 0], bytes.ToArray());
    }

    [Fact]
    public void However_many_let_go_at_once_it_goes_back_once()
    {
        for (var round = 0; round < 200; round++)
        {
            var (body, budget) = Make();
            Parallel.For(0, 8, _ =>
            {
                if (body.TryHold())
                    body.Dispose();
            });

            body.Dispose();

            Assert.Equal(0, budget.UsedInBytes);
        }
    }

    private static (SpooledBody Body, MemoryBudget Budget) Make()
    {
        var budget = new MemoryBudget(1000);
        var buffer = ArrayPool<byte>.Shared.Rent(16);
        Assert.True(budget.TryTake(buffer.Length));
        buffer.AsSpan(0, 3).Fill(7);
        return (new SpooledBody(buffer, 3, budget), budget);
    }
}
