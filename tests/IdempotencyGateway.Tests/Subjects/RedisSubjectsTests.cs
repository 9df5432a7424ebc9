using System.Globalization;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Subjects;

public sealed class RedisSubjectsTests(OneServer server) : SubjectIndexContract, IClassFixture<OneServer>, IAsyncLifetime
{
    /// <summary>An index's members expire with microsecond precision, the index itself at the next whole millisecond.</summary>
    private static readonly TimeSpan RoundingUp = TimeSpan.FromMilliseconds(1);

    private readonly ShiftedTime _time = new();
    private RedisIdempotencyStore? _store;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _store!.DisposeAsync();

    /// <summary>The index expires by itself, even if its subject is never queried again.</summary>
    [Fact]
    public async Task An_index_is_kept_as_long_as_the_last_of_its_members()
    {
        var index = await OpenAsync();
        await NoteAsync(index, "alice", "1");
        Assert.InRange(await LeftAsync(), Retention / 2, Retention + RoundingUp);

        await FindAsync(index, "alice");

        Assert.InRange(await LeftAsync(), ISubjectIndex.OrderMemory / 2, ISubjectIndex.OrderMemory + RoundingUp);
    }

    [Fact]
    public async Task Whoever_notes_after_an_order_is_told_of_it_though_the_servers_clock_was_set_back()
    {
        var index = await OpenAsync();
        await FindAsync(index, "alice");
        await AskOfAllAsync("redis.call('ZINCRBY', key, 60000, 'o')");

        Assert.Equal(TimeSpan.Zero, await NoteAsync(index, "alice", "1"));
    }

    protected override async Task<ISubjectIndex> OpenAsync()
    {
        await server.Redis.AskAsync("FLUSHALL");
        return _store = await RedisIdempotencyStore.OpenAsync(RedisSamples.OptionsFor(server.Redis), TimeProvider.System);
    }

    protected override async Task<ISubjectIndex> ReopenAsync()
    {
        await _store!.DisposeAsync();
        return _store = await RedisIdempotencyStore.OpenAsync(RedisSamples.OptionsFor(server.Redis), TimeProvider.System);
    }

    private async Task<TimeSpan> LeftAsync() =>
        TimeSpan.FromMilliseconds(Convert.ToInt64(await AskOfAllAsync("return redis.call('PTTL', key)"), CultureInfo.InvariantCulture));

    private Task<object?> AskOfAllAsync(string question) =>
        server.Redis.AskAsync("EVAL", $"for _, key in ipairs(redis.call('KEYS', '*')) do {question} end", "0");

    protected override Task AdvanceAsync(TimeSpan duration) => _time.AdvanceAsync(duration, [server.Redis]);
}
