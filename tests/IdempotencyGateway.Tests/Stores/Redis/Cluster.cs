using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>A Redis Cluster that all tests of a class share.</summary>
public sealed class Cluster : IAsyncLifetime
{
    public RedisCluster Redis { get; private set; } = null!;

    public async Task InitializeAsync() => Redis = await RedisCluster.StartAsync();

    public async Task DisposeAsync() => await Redis.DisposeAsync();
}
