using System.Globalization;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Sightings;

/// <summary>On real servers, from several processes' connections. Their clock cannot be moved, so the tracks are moved into the past.</summary>
public abstract class RedisSightingsContract : SightingsContract
{
    private const string Shift = """
        local steps = { m = 5000, h = 300000, d = 3600000 }
        for _, key in ipairs(redis.call('KEYS', 'ig:seen:*')) do
          local fields = redis.call('HGETALL', key)
          local left = redis.call('PTTL', key) - ARGV[1]
          redis.call('DEL', key)
          for i = 1, #fields, 2 do
            local name, value = fields[i], fields[i + 1]
            local step = steps[string.sub(name, 1, 1)]
            if step then
              name = string.sub(name, 1, 1) .. math.floor(string.sub(name, 2) - math.floor(ARGV[1] / step))
            elseif name == 'f' or name == 'q' or string.sub(name, 1, 1) == 'c' then
              value = value - ARGV[1]
            end
            redis.call('HSET', key, name, value)
          end
          redis.call('PEXPIRE', key, left)
        end
        """;

    private readonly List<RedisIdempotencyStore> _stores = [];

    protected abstract RedisSnapshot Options { get; }

    protected abstract IReadOnlyList<RedisProcess> Masters { get; }

    protected abstract int Replicas { get; }

    protected override async Task<IReadOnlyList<ISightings>> OpenAsync()
    {
        foreach (var master in Masters)
            await master.AskAsync("FLUSHALL");
        for (var i = 0; i < Replicas; i++)
            _stores.Add(await RedisIdempotencyStore.OpenAsync(Options, TimeProvider.System));
        return _stores;
    }

    protected override async Task AdvanceAsync(TimeSpan duration)
    {
        foreach (var master in Masters)
            await master.AskAsync("EVAL", Shift, "0", ((long)duration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
    }

    protected override async Task CloseAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync();
    }
}

public sealed class RedisSightingsFromOneGatewayTests(OneServer server) : RedisSightingsContract, IClassFixture<OneServer>
{
    protected override RedisSnapshot Options => RedisSamples.OptionsFor(server.Redis);

    protected override IReadOnlyList<RedisProcess> Masters => [server.Redis];

    protected override int Replicas => 1;
}

public sealed class RedisSightingsFromThreeGatewaysTests(OneServer server) : RedisSightingsContract, IClassFixture<OneServer>
{
    protected override RedisSnapshot Options => RedisSamples.OptionsFor(server.Redis);

    protected override IReadOnlyList<RedisProcess> Masters => [server.Redis];

    protected override int Replicas => 3;
}

public sealed class RedisSightingsOnAClusterTests(Cluster cluster) : RedisSightingsContract, IClassFixture<Cluster>
{
    protected override RedisSnapshot Options => RedisSamples.OptionsFor(cluster.Redis.Masters[0]);

    protected override IReadOnlyList<RedisProcess> Masters => cluster.Redis.Masters;

    protected override int Replicas => 3;
}
