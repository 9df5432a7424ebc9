using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>Who runs the next group of operations: a lone caller itself, or the writer thread for many. The test plays both.</summary>
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

        // The last two operations ran as one group, so the next one is the writer's although the queue is idle.
        var turn = await WriterAtRestAsync();
        Assert.False(TurnsOnAdding());
        Assert.True(await turn.OrGiveUp());
        Assert.Equal(1, Take());

        // The last group held a single operation, so the next one runs on its caller's thread.
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

    /// <summary>Starts a writer thread and waits until it sleeps in <see cref="WriterQueue.WaitForTurn"/>.</summary>
    /// <returns>A task with the result of that wait.</returns>
    private async Task<Task<bool>> WriterAtRestAsync()
    {
        var told = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var writer = new Thread(() => told.SetResult(_queue.WaitForTurn())) { IsBackground = true };
        writer.Start();
        await Eventually.TrueAsync("the writer waits", () => writer.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        return told.Task;
    }
}
