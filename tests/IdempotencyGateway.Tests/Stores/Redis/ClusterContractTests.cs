using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>One node is named; the others are found.</summary>
public sealed class ClusterContractTests(Cluster cluster) : RedisStoreContract, IClassFixture<Cluster>
{
    protected override RedisSnapshot Options => RedisSamples.OptionsFor(cluster.Redis.Masters[0]);

    protected override IReadOnlyList<RedisProcess> Masters => cluster.Redis.Masters;
}
