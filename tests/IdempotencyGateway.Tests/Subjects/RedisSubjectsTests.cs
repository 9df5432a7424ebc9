using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Subjects;

public sealed class RedisSubjectsTests(OneServer server) : SubjectIndexContract, IClassFixture<OneServer>, IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private RedisIdempotencyStore? _store;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _store!.DisposeAsync();

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

    protected override Task AdvanceAsync(TimeSpan duration) => _time.AdvanceAsync(duration, [server.Redis]);
}
