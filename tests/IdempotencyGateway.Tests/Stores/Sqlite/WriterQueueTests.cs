using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>Whose turn it is. The test is every caller, and the writer thread.</summary>
public sealed class WriterQueueTests
{
    private readonly WriterQueue _queue = new(limit: 10);

    [Fact]
    public async Task Who_comes_alone_runs_its_own_operation_and_who_comes_where_many_come_leaves_it_to_the_writer()
    {
        Assert.True(TurnsOnAdding());
        Assert.Equal(1, Take());
        Assert.False(TurnsOnAdding());
        Assert.False(TurnsOnAdding());
        _queue.EndTurn(moreToDo: false);
        Assert.True(_queue.WaitForTurn());
        Assert.Equal(2, Take());

        // The two have come together, so the next is the writer's, though nobody is at work.
        var turn = await WriterAtRestAsync();
        Assert.False(TurnsOnAdding());
        Assert.True(await turn.OrGiveUp());
        Assert.Equal(1, Take());

        // That one has come alone, so the next is its caller's.
        turn = await WriterAtRestAsync();
        Assert.True(TurnsOnAdding());
        Assert.Equal(1, Take());
        _queue.EndTurn(moreToDo: false);

        _queue.Close();
        Assert.False(await turn.OrGiveUp());
    }

    private bool TurnsOnAdding()
    {
        Assert.Null(_queue.Add(new StoreOperation<int, int>(0, static (_, _, _) => 0), out var isTurn));
        return isTurn;
    }

    private int Take()
    {
        List<StoreOperation> group = [];
        _queue.TakeAll(ref group);
        return group.Count;
    }

    /// <returns>What it will be told when it is its turn again.</returns>
    private async Task<Task<bool>> WriterAtRestAsync()
    {
        var told = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var writer = new Thread(() => told.SetResult(_queue.WaitForTurn())) { IsBackground = true };
        writer.Start();
        await Eventually.TrueAsync("the writer waits", () => writer.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        return told.Task;
    }
}
