using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

public sealed class SqliteWriterTests : SqliteStoreFixture
{
    [Fact]
    public async Task What_waits_together_commits_once()
    {
        using var gate = new WriterGate();
        await using var store = Open(gate);
        var first = await gate.CloseOnAsync(store);
        var waiting = Enumerable.Range(0, 100).Select(i => store.ClaimAsync(Request($"{i}"), default).AsTask()).ToArray();
        Assert.Equal(0, store.Commits);

        gate.Open();
        await first;
        await Task.WhenAll(waiting);

        Assert.Equal(2, store.Commits);
    }

    [Fact]
    public async Task Groups_that_only_read_do_not_commit()
    {
        await using var store = Open();
        await CompleteAsync(store, "done");
        await WinAsync(store, "sent");
        var commits = store.Commits;

        var results = await Task.WhenAll(Enumerable.Range(0, 100)
            .Select(i => store.ClaimAsync(Request(i % 2 == 0 ? "done" : "sent", $"owner {i}"), default).AsTask()));
        await StateAsync(store, "absent");
        await store.SweepAsync(default);
        await store.ReleaseAsync(new ClaimTicket(StoreSamples.Key("absent"), StoreSamples.Owner("alice"), 1), default);

        Assert.Equal(50, results.OfType<ClaimResult.Completed>().Count());
        Assert.Equal(commits, store.Commits);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once()
    {
        using var gate = new WriterGate();
        await using var store = Open(gate, Options with { QueueLimit = 2 });
        var first = await gate.CloseOnAsync(store);
        var second = store.ClaimAsync(Request("second"), default);
        var third = store.ClaimAsync(Request("third"), default);

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => WinAsync(store, "fourth"));

        Assert.Equal(StoreFailure.NotAsked, refusal.Failure);
        Assert.Contains("queue is full", refusal.Message, StringComparison.Ordinal);
        gate.Open();
        await first;
        Assert.IsType<ClaimResult.Won>(await second);
        Assert.IsType<ClaimResult.Won>(await third);
        Assert.Null(await StateAsync(store, "fourth"));
    }

    [Fact]
    public async Task Work_that_was_abandoned_before_it_began_is_not_begun()
    {
        using var gate = new WriterGate();
        using var cancellation = new CancellationTokenSource();
        await using var store = Open(gate);
        var first = await gate.CloseOnAsync(store);
        var abandoned = store.ClaimAsync(Request("abandoned"), cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => abandoned);

        gate.Open();
        await first;

        Assert.Null(await StateAsync(store, "abandoned"));
    }

    [Fact]
    public async Task A_write_that_carries_bytes_is_waited_for_to_its_end()
    {
        using var gate = new WriterGate();
        using var cancellation = new CancellationTokenSource();
        await using var store = Open(gate);
        var ticket = await WinAsync(store, "key");
        Time.Advance(gate.MaximumAge);
        var first = await gate.CloseOnAsync(store);
        var completion = store.CompleteAsync(ticket, "response"u8.ToArray(), Retention, cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        gate.Open();
        await first;

        Assert.Equal(TransitionResult.Applied, await completion);
    }

    [Fact]
    public async Task A_cancelled_caller_does_not_even_ask()
    {
        await using var store = Open();

        await Assert.ThrowsAsync<TaskCanceledException>(
            () => store.ClaimAsync(Request("key"), new CancellationToken(canceled: true)).AsTask());

        Assert.Null(await StateAsync(store, "key"));
    }

    [Fact]
    public async Task A_group_larger_than_any_checkpoint_interval_survives_reopening()
    {
        const int Records = 3_000;
        await using (var store = Open())
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, Records),
                new ParallelOptions { MaxDegreeOfParallelism = 256 },
                async (i, _) => await CompleteAsync(store, $"{i}", new string('r', 6_000)));
        }

        await using var reopened = Open();
        for (var i = 0; i < Records; i++)
            Assert.Equal(RecordState.Done, await StateAsync(reopened, $"{i}"));
    }

    private SqliteIdempotencyStore Open(WriterGate gate, SqliteStoreOptions? options = null) =>
        SqliteIdempotencyStore.Open((options ?? Options) with { FreeSpaceMaximumAge = gate.MaximumAge }, Time, gate.FreeBytes);

    /// <summary>Blocks the writer in the middle of a group, in the free-space check that precedes a new record.</summary>
    private sealed class WriterGate : IDisposable
    {
        private readonly ManualResetEventSlim _open = new(initialState: true);
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TimeSpan MaximumAge { get; } = TimeSpan.FromSeconds(1);

        public long FreeBytes()
        {
            if (!_open.IsSet)
                _reached.SetResult();
            _open.Wait();
            return long.MaxValue;
        }

        /// <summary>Closes the gate and waits until the writer is blocked in it. Returns the claim that it was running.</summary>
        public async Task<Task> CloseOnAsync(SqliteIdempotencyStore store)
        {
            _open.Reset();
            // A lone operation runs on its caller's thread, which the gate would block.
            var claim = Task.Run(() => store.ClaimAsync(Request("in the gate"), default).AsTask());
            await _reached.Task;
            return claim;
        }

        public void Open() => _open.Set();

        public void Dispose() => _open.Dispose();
    }
}
