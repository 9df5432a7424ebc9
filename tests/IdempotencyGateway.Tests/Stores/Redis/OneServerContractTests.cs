using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

public sealed class OneServerContractTests(OneServer server) : RedisStoreContract, IClassFixture<OneServer>
{
    protected override RedisSnapshot Options => RedisSamples.OptionsFor(server.Redis);

    protected override IReadOnlyList<RedisProcess> Masters => [server.Redis];
}
