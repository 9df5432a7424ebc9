using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>Who shares a WAIT. A WAIT covers only what was written before it was issued.</summary>
public sealed class ReplicaAcknowledgementsTests
{
    private readonly ArrivalLog<TaskCompletionSource<long>> _waits = new("WAITs");
    private readonly ReplicaAcknowledgements _acknowledgements;

    public ReplicaAcknowledgementsTests() => _acknowledgements = new(() =>
    {
        var wait = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waits.Add(wait);
        return wait.Task;
    });

    [Fact]
    public async Task Whoever_comes_while_a_WAIT_is_under_way_is_covered_by_the_next_one_only()
    {
        var early = _acknowledgements.JoinAsync();
        var first = await _waits.Reached(1);
        Task<long>[] late = [_acknowledgements.JoinAsync(), _acknowledgements.JoinAsync()];

        first.SetResult(2);
        Assert.Equal(2, await early.OrGiveUp());
        var second = await _waits.Reached(2);
        Assert.DoesNotContain(late, caller => caller.IsCompleted);

        second.SetResult(0);
        Assert.All(await Task.WhenAll(late).OrGiveUp(), acknowledged => Assert.Equal(0, acknowledged));
        Assert.Equal(2, _waits.Count);
    }

    [Fact]
    public async Task A_WAIT_that_fails_fails_those_who_shared_it_and_nobody_later()
    {
        var failing = _acknowledgements.JoinAsync();
        (await _waits.Reached(1)).SetException(new InvalidOperationException());
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing.OrGiveUp());

        var next = _acknowledgements.JoinAsync();
        (await _waits.Reached(2)).SetResult(1);

        Assert.Equal(1, await next.OrGiveUp());
    }
}
