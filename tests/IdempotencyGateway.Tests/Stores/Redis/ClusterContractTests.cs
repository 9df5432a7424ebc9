using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>The store contract on a Redis Cluster. Only one node is configured; the store discovers the others.</summary>
public sealed class ClusterContractTests(Cluster cluster) : RedisStoreContract, IClassFixture<Cluster>
{
    protected override RedisSnapshot Options => RedisSamples.OptionsFor(cluster.Redis.Masters[0]);

    protected override IReadOnlyList<RedisProcess> Masters => cluster.Redis.Masters;
}
