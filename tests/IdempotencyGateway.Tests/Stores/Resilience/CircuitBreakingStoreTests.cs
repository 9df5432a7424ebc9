using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Resilience;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Resilience;

public sealed class CircuitBreakingStoreTests : IAsyncLifetime
{
    private static readonly Func<IIdempotencyStore, Task>[] Operations =
    [
        store => store.ClaimAsync(RedisSamples.Request("k"), default).AsTask(),
        store => store.MarkSentAsync(Ticket, null, default).AsTask(),
        store => store.RenewAsync(Ticket, RedisSamples.Lease, default).AsTask(),
        store => store.CompleteAsync(Ticket, default, RedisSamples.Retention, default).AsTask(),
        store => store.HoldAsync(Ticket, default, default).AsTask(),
        store => store.ReleaseAsync(Ticket, default).AsTask(),
        store => store.FindAsync(Ticket.Key, default).AsTask(),
        store => store.ResolveAsync(Ticket.Key, DoubtResolution.NeverSent.Instance, RedisSamples.Retention, default).AsTask(),
        store => store.EraseAsync(Ticket.Key, default, default).AsTask(),
    ];

    private static ClaimTicket Ticket => new(StoreSamples.Key("k"), StoreSamples.Owner("alice"), 1);

    private readonly ManualTimeProvider _time = new();
    private readonly BrokenStore _inner = BrokenStore.Start();
    private readonly List<bool> _opened = [];
    private CircuitBreakingStore _store = null!;

    public Task InitializeAsync()
    {
        _store = Around(_inner, _time);
        _store.Changed = reason => _opened.Add(reason is not null);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task It_opens_after_so_many_failures_in_a_row_and_then_asks_nobody()
    {
        await BreakAsync();
        var asked = _inner.Asked;

        var refusal = await AskAsync();

        Assert.True(_store.IsOpen);
        Assert.Equal(StoreFailure.NotAsked, refusal!.Failure);
        Assert.Contains("being tried again (down)", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(asked, _inner.Asked);
        Assert.Equal([true], _opened);
    }

    [Theory]
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(InvalidOperationException))]
    public async Task A_probe_that_ends_otherwise_leaves_nothing_open_for_ever(Type end)
    {
        var options = new CircuitOptions { FailuresToOpen = 1 };
        await using var circuit = new Circuit(options, _ => throw (Exception)Activator.CreateInstance(end)!, _time);
        circuit.Failed(new StoreUnavailableException(StoreFailure.Unreachable, "down"));
        await _time.WhenArmedAsync(options.FirstPause);

        _time.Advance(options.FirstPause);

        await Eventually.TrueAsync("the circuit is closed", () => !circuit.IsOpen);
    }

    [Fact]
    public async Task A_success_between_failures_begins_the_count_anew()
    {
        for (var round = 0; round < 3; round++)
        {
            _inner.Failure = StoreFailure.Unreachable;
            await AskAsync();
            await AskAsync();
            _inner.Failure = null;
            Assert.Null(await AskAsync());
        }
        Assert.False(_store.IsOpen);
    }

    [Theory]
    [InlineData(StoreFailure.Refused)]
    [InlineData(StoreFailure.Full)]
    public async Task A_refusal_is_an_answer_and_opens_nothing(StoreFailure failure)
    {
        _inner.Failure = failure;
        for (var i = 0; i < 10; i++)
            await AskAsync();

        Assert.False(_store.IsOpen);
    }

    [Fact]
    public async Task It_probes_by_itself_ever_more_slowly_and_closes_with_the_first_answer()
    {
        await BreakAsync();
        foreach (var pause in new[] { 1, 2, 4, 4 })
        {
            var asked = _inner.Asked;
            await _time.WhenArmedAsync(TimeSpan.FromSeconds(pause));
            _time.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromTicks(1));
            Assert.Equal(asked, _inner.Asked);
            _time.Advance(TimeSpan.FromTicks(1));
            await _inner.AskedTimesAsync(asked + 1);
            Assert.True(_store.IsOpen);
        }
        _inner.Failure = null;
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Changed += reason => closed.TrySetResult();
        await _time.WhenArmedAsync(TimeSpan.FromSeconds(4));
        _time.Advance(TimeSpan.FromSeconds(4));

        await closed.Task.OrGiveUp();
        Assert.Null(await AskAsync());
        Assert.Equal([true, false], _opened);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(StoreFailure.Refused)]
    public async Task Any_answer_to_a_probe_closes_it_a_refusal_too_and_then_failures_are_counted_anew(StoreFailure? answer)
    {
        await BreakAsync();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Changed += _ => closed.TrySetResult();
        _inner.Failure = answer;
        await _time.WhenArmedAsync(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        await closed.Task.OrGiveUp();

        _inner.Failure = StoreFailure.Unreachable;
        await AskAsync();
        await AskAsync();

        Assert.False(_store.IsOpen);
    }

    [Fact]
    public async Task Failures_of_every_operation_count_and_while_it_is_open_none_is_asked()
    {
        foreach (var operation in Operations)
        {
            var inner = BrokenStore.Start();
            inner.Failure = StoreFailure.Unreachable;
            await using var store = Around(inner, _time);
            for (var time = 0; time < 3; time++)
                await Assert.ThrowsAsync<StoreUnavailableException>(() => operation(store));
            Assert.True(store.IsOpen);

            foreach (var refused in Operations)
                Assert.Equal(StoreFailure.NotAsked, (await Assert.ThrowsAsync<StoreUnavailableException>(() => refused(store))).Failure);

            Assert.Equal(3, inner.Asked);
        }
    }

    [Fact]
    public async Task Signals_of_the_store_pass_through_and_a_store_without_them_makes_waits_a_pause()
    {
        var waiting = _store.WaitForEndAsync(default, TimeSpan.FromSeconds(1), default);
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await waiting.OrGiveUp();
    }

    private static CircuitBreakingStore Around(BrokenStore store, ManualTimeProvider time) => new(
        store,
        new() { FailuresToOpen = 3, FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(4) },
        time);

    private async Task BreakAsync()
    {
        _inner.Failure = StoreFailure.Unreachable;
        for (var i = 0; i < 3; i++)
            await AskAsync();
    }

    private async Task<StoreUnavailableException?> AskAsync()
    {
        try
        {
            await _store.ClaimAsync(RedisSamples.Request("k"), default);
            return null;
        }
        catch (StoreUnavailableException e)
        {
            return e;
        }
    }
}
