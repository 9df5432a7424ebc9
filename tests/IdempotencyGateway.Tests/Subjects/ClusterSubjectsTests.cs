using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Subjects;

/// <summary>The subject index on a Redis Cluster: an index and its records may be on different nodes, and no command spans two nodes.</summary>
public sealed class ClusterSubjectsTests(Cluster cluster) : SubjectIndexContract, IClassFixture<Cluster>, IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private RedisIdempotencyStore? _store;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _store!.DisposeAsync();

    protected override async Task<ISubjectIndex> OpenAsync()
    {
        foreach (var master in cluster.Redis.Masters)
            await master.AskAsync("FLUSHALL");
        return _store = await RedisIdempotencyStore.OpenAsync(RedisSamples.OptionsFor(cluster.Redis.Masters[0]), TimeProvider.System);
    }

    protected override async Task<ISubjectIndex> ReopenAsync()
    {
        await _store!.DisposeAsync();
        return _store = await RedisIdempotencyStore.OpenAsync(RedisSamples.OptionsFor(cluster.Redis.Masters[1]), TimeProvider.System);
    }

    protected override Task AdvanceAsync(TimeSpan duration) => _time.AdvanceAsync(duration, cluster.Redis.Masters);
}
