using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>The store contract on a Redis before version 7, where a claim cannot be a single SET and runs as a script.</summary>
public sealed class OlderServerContractTests(OlderServerContractTests.Older server) : RedisStoreContract, IClassFixture<OlderServerContractTests.Older>
{
    protected override RedisSnapshot Options => server.Options;

    protected override IReadOnlyList<RedisProcess> Masters => [server.Redis.Server];

    public sealed class Older : IAsyncLifetime
    {
        internal OlderRedis Redis { get; private set; } = null!;

        internal RedisSnapshot Options => RedisSamples.OptionsFor(Redis.Server) with { Endpoints = [Redis.Address] };

        public async Task InitializeAsync() => Redis = await OlderRedis.StartAsync("appendfsync everysec");

        public async Task DisposeAsync() => await Redis.DisposeAsync();
    }
}
