using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>A redis-server that all tests of a class share.</summary>
public sealed class OneServer : IAsyncLifetime
{
    public RedisProcess Redis { get; private set; } = null!;

    public async Task InitializeAsync() => Redis = await RedisProcess.StartAsync("appendfsync everysec");

    public async Task DisposeAsync() => await Redis.DisposeAsync();
}
