using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>The store contract under Sentinel, with durability, so that claims also wait for replicas.</summary>
public sealed class SentinelContractTests(Sentinels sentinels) : RedisStoreContract, IClassFixture<Sentinels>
{
    protected override RedisSnapshot Options => Sentinels.OptionsFor(sentinels.Redis) with { DurableReplicas = 1 };

    protected override IReadOnlyList<RedisProcess> Masters => [sentinels.Redis.Master];
}
