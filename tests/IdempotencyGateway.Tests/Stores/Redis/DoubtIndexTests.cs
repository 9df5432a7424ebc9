using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Stores.Redis.Direct;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>The index that finds the few records in doubt among all records.</summary>
public sealed class DoubtIndexTests(OneServer server) : IClassFixture<OneServer>, IAsyncLifetime
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);
    private RedisIdempotencyStore _store = null!;

    public async Task InitializeAsync()
    {
        await server.Redis.AskAsync("FLUSHALL");
        _store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis));
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task It_finds_what_an_operator_can_resolve_and_nothing_else()
    {
        await _store.CompleteAsync(await _store.WinAsync("done"));
        await _store.WinAsync("claimed", asSent: false);
        await _store.WinAsync("sent");
        await _store.HoldAsync(await _store.WinAsync("held"), default, default);
        await LapseAsync("lapsed");

        var page = await SettledPageAsync(2);

        var found = page.Oldest.ToDictionary(doubt => doubt.Key, doubt => doubt.Record.State);
        Assert.Equal(new() { [StoreSamples.Key("held")] = RecordState.Doubt, [StoreSamples.Key("lapsed")] = RecordState.Sent }, found);
        Assert.Equal(2, await _store.CountDoubtsAsync(default));
    }

    [Fact]
    public async Task Another_gateway_finds_what_a_killed_one_had_sent()
    {
        await LapseAsync("lapsed");
        await using var survivor = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis));

        await Eventually.TrueAsync("the survivor counts one doubt", async () => await survivor.CountDoubtsAsync(default) == 1);
    }

    [Fact]
    public async Task A_doubt_that_was_resolved_is_found_no_more()
    {
        await _store.HoldAsync(await _store.WinAsync("held"), default, default);
        await Eventually.TrueAsync("the doubt is counted", async () => await _store.CountDoubtsAsync(default) == 1);

        await _store.ResolveAsync(StoreSamples.Key("held"), new DoubtResolution.NeverSent(), RedisSamples.Retention, default);

        Assert.Equal(0, await _store.CountDoubtsAsync(default));
    }

    [Fact]
    public async Task A_doubt_that_its_owner_released_late_is_found_no_more_by_whoever_named_it()
    {
        await using var other = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis));
        var ticket = await LapseAsync("lapsed");
        Assert.IsType<ClaimResult.InDoubt>(await other.ClaimAsync(RedisSamples.Request("lapsed", "bob"), default));
        await Eventually.TrueAsync("the doubt is counted", async () => await other.CountDoubtsAsync(default) == 1);

        await _store.ReleaseAsync(ticket, default);

        Assert.Equal(0, await other.CountDoubtsAsync(default));
        await Eventually.TrueAsync("the index is empty", async () => await other.CountDoubtsAsync(default) + await NamesAsync() == 0);
    }

    [Fact]
    public async Task A_freed_key_that_is_sent_again_is_still_watched()
    {
        await _store.ReleaseAsync(await _store.WinAsync("key"), default);
        await _store.HoldAsync(await _store.WinAsync("key", "bob"), default, default);

        await Eventually.TrueAsync("the doubt is counted", async () => await _store.CountDoubtsAsync(default) == 1);
    }

    [Fact]
    public async Task Names_of_settled_records_do_not_pile_up()
    {
        for (var i = 0; i < 640; i++)
            await _store.CompleteAsync(await _store.WinAsync($"{i}"));

        await Eventually.TrueAsync("the index is empty", async () => await NamesAsync() == 0);
    }

    [Fact]
    public async Task A_key_that_is_used_again_after_its_retention_is_still_watched_when_its_old_name_is_taken_out()
    {
        await _store.CompleteAsync(await _store.WinAsync("key"), "response"u8.ToArray(), Short, default);
        await Eventually.TrueAsync("the record expires", async () => await _store.FindAsync(StoreSamples.Key("key"), default) is null);
        await _store.HoldAsync(await _store.WinAsync("key", "bob"), default, default);

        for (var i = 0; i < 64; i++)
            await _store.CompleteAsync(await _store.WinAsync($"{i}"));

        await Eventually.TrueAsync("only the doubt is left in the index", async () => await NamesAsync() <= 2);
        Assert.Equal(1, await _store.CountDoubtsAsync(default));
    }

    [Fact]
    public async Task Looking_while_a_request_is_under_way_takes_its_name_from_nobody()
    {
        var time = new ShiftedTime();
        var ticket = await _store.WinAsync("slow", asSent: false);
        await _store.MarkSentAsync(ticket, null, default);
        await Eventually.TrueAsync("the record is in the index", async () => await NamesAsync() == 1);
        Assert.Equal(0, await _store.CountDoubtsAsync(default));

        await time.AdvanceAsync(RedisSamples.Lease, [server.Redis]);

        Assert.Equal(1, await _store.CountDoubtsAsync(default));
    }

    [Fact]
    public async Task Of_what_one_gateway_left_behind_all_are_counted_though_they_are_many()
    {
        const int Doubts = 1_000;
        await Task.WhenAll(Enumerable.Range(0, Doubts).Select(async i => await _store.HoldAsync(await _store.WinAsync($"{i}"), default, default)));

        Assert.Equal(Doubts, (await SettledPageAsync(Doubts)).Total);
    }

    [Fact]
    public async Task The_oldest_come_first()
    {
        var time = new ShiftedTime();
        var tickets = new List<ClaimTicket>();
        foreach (var key in new[] { "c", "a", "d", "b" })
        {
            tickets.Add(await _store.WinAsync(key));
            await time.AdvanceAsync(TimeSpan.FromSeconds(1), [server.Redis]);
        }
        foreach (var ticket in tickets.AsEnumerable().Reverse())
            await _store.HoldAsync(ticket, default, default);

        var page = await SettledPageAsync(tickets.Count);

        Assert.Equal(tickets.Select(ticket => ticket.Key), page.Oldest.Select(doubt => doubt.Key));
    }

    [Fact]
    public async Task A_limit_hides_none_from_the_count()
    {
        for (var i = 0; i < 5; i++)
            await _store.HoldAsync(await _store.WinAsync($"{i}"), default, default);
        await Eventually.TrueAsync("all doubts are counted", async () => await _store.CountDoubtsAsync(default) == 5);

        var page = await _store.ListDoubtsAsync(2, default);

        Assert.Equal((2, 5), (page.Oldest.Count, page.Total));
    }

    [Fact]
    public async Task Reading_them_ends_in_time_though_there_are_many_and_each_is_slow()
    {
        var clock = new ManualTimeProvider();
        var options = RedisSamples.OptionsFor(server.Redis);
        await using var link = await RedisLink.OpenAsync(new RedisConnecting(options, clock), clock);
        await link.Database.SortedSetAddAsync("ig:open:0", StoreSamples.Key("sent").Digest.ToArray(), score: 0);
        using var lane = new DirectLane(link, clock);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var index = new DoubtIndex(link, lane, NeverAsync, clock);

        var reading = index.ReadAsync(default);
        await asked.Task.OrGiveUp();
        clock.Advance(options.OperationTimeout + options.DurableTimeout);

        var failure = await RedisSamples.FailsAsync(() => reading.OrGiveUp());
        Assert.Equal(StoreFailure.Unreachable, failure.Failure);

        async ValueTask<StoredRecord?> NeverAsync(StorageKey key, CancellationToken cancellation)
        {
            asked.SetResult();
            await new TaskCompletionSource().Task;
            return null;
        }
    }

    /// <summary>After a record ends, its index entry is updated on a best-effort basis. A failure of that update must not fail the operation.</summary>
    [Fact]
    public async Task A_connection_that_is_closed_costs_hints_and_nothing_else()
    {
        var link = await RedisLink.OpenAsync(new RedisConnecting(RedisSamples.OptionsFor(server.Redis), TimeProvider.System), TimeProvider.System);
        using var lane = new DirectLane(link, TimeProvider.System);
        var index = new DoubtIndex(link, lane, (_, _) => ValueTask.FromResult<StoredRecord?>(null), TimeProvider.System);
        lane.Dispose();
        await link.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => link.Database.KeyDelete("x"));

        index.Freed(StoreSamples.Key("freed"));
        for (var settled = 0; settled < 64; settled++)
            index.Settled(StoreSamples.Key($"{settled}"), Short);
    }

    private async Task<ClaimTicket> LapseAsync(string key)
    {
        var won = Assert.IsType<ClaimResult.Won>(await _store.ClaimAsync(RedisSamples.Request(key) with { Lease = Short }, default));
        await Eventually.TrueAsync("the lease lapses", async () => (await _store.FindAsync(StoreSamples.Key(key), default))!.RemainingLease == TimeSpan.Zero);
        return won.Ticket;
    }

    private async Task<DoubtPage> SettledPageAsync(int total)
    {
        await Eventually.TrueAsync($"{total} are listed", async () => (await _store.ListDoubtsAsync(10, default)).Total == total);
        return await _store.ListDoubtsAsync(10, default);
    }

    private async Task<long> NamesAsync()
    {
        var names = 0L;
        foreach (var part in "0123456789abcdef")
            names += long.Parse((await server.Redis.AskAsync("ZCARD", $"ig:open:{part}"))!.ToString()!, System.Globalization.CultureInfo.InvariantCulture);
        return names;
    }
}
