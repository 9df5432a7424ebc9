using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>A master with a replica under three Sentinels, which all tests of a class share.</summary>
public sealed class Sentinels : IAsyncLifetime
{
    public RedisWithReplicas Redis { get; private set; } = null!;

    public static RedisSnapshot OptionsFor(RedisWithReplicas redis) => RedisSamples.OptionsFor(redis.Master) with
    {
        Sentinel = new([.. redis.Sentinels.Select(sentinel => sentinel.Address)], RedisWithReplicas.Service),
    };

    public async Task InitializeAsync() => Redis = await RedisWithReplicas.StartAsync(replicas: 1, sentinels: 3);

    public async Task DisposeAsync() => await Redis.DisposeAsync();
}
