using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>With durability, so that the permissions take their longer way too.</summary>
public sealed class SentinelContractTests(Sentinels sentinels) : RedisStoreContract, IClassFixture<Sentinels>
{
    protected override RedisSnapshot Options => Sentinels.OptionsFor(sentinels.Redis) with { DurableReplicas = 1 };

    protected override IReadOnlyList<RedisProcess> Masters => [sentinels.Redis.Master];
}
