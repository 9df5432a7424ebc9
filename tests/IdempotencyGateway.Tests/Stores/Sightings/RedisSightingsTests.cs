using System.Globalization;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Sightings;

/// <summary>The sightings contract on real servers, over connections like those of several gateways. A server's clock cannot be moved, so the tests move the tracks into the past.</summary>
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

/// <summary>Bounds on the memory that made-up senders can fill on a server.</summary>
public sealed class RedisSightingsBoundsTests(OneServer server) : IClassFixture<OneServer>, IAsyncLifetime
{
    private const int Tags = 4096;
    private const string CountForever = "local n = 0 for _, key in ipairs(redis.call('KEYS', '*')) do if redis.call('PTTL', key) < 0 then n = n + 1 end end return n";
    private static readonly StoreSecret Secret = new(new byte[StoreSecret.SizeInBytes]);
    private RedisLink _link = null!;

    public async Task InitializeAsync()
    {
        await server.Redis.AskAsync("FLUSHALL");
        var options = RedisSamples.OptionsFor(server.Redis) with { OperationTimeout = Patience.Limit };
        _link = await RedisLink.OpenAsync(new RedisConnecting(options, TimeProvider.System), TimeProvider.System);
    }

    public async Task DisposeAsync() => await _link.DisposeAsync();

    [Fact]
    public async Task However_many_strangers_come_no_more_than_the_limit_are_kept()
    {
        var sightings = new RedisSightings(_link, TimeProvider.System, tracksInPart: 1);

        for (var batch = 0; batch < 200; batch++)
            await sightings.SeeAsync(Enumerable.Range(batch * 100, 100).Select(stranger => Of(stranger)).ToArray(), CancellationToken.None);

        // The 20,000 senders spread over 4,096 hash tags with one track each, so hardly a tag is empty.
        Assert.InRange(await CountAsync("ig:seen:*"), Tags * 9 / 10, Tags);
        Assert.Equal(await CountAsync("ig:seen:*"), await CountAsync("ig:seen-of:*"));
        Assert.Equal(0, Convert.ToInt32(await server.Redis.AskAsync("EVAL", CountForever, "0"), CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Who_keeps_coming_is_not_crowded_out_and_a_flood_of_what_is_kept_longer_crowds_out_nobody_else()
    {
        var sightings = new RedisSightings(_link, TimeProvider.System, tracksInPart: 2);
        var regular = Of(0);
        var rare = Of(1);
        await sightings.SeeAsync(new[] { rare }, CancellationToken.None);

        var track = default(Track);
        for (var batch = 1; batch <= 200; batch++)
        {
            var flood = Enumerable.Range(batch * 200, 200).Select(stranger => Of(stranger) with { Keep = TimeSpan.FromDays(30) });
            var same = flood.Where((_, at) => at % 2 == 0).Select(sighting => sighting with { Who = SightingKey.Derive(Secret, SightingKind.Address, sighting.Who.ToString()), Keep = Track.ShortestKeep });
            // Few enough senders of the same kind that the regular one is not evicted between two visits.
            track = (await sightings.SeeAsync(new[] { regular with { Operation = (ulong)batch } }.Concat(flood).Concat(same).ToArray(), CancellationToken.None))[0];
        }

        Assert.Equal(200, track.Day);
        Assert.Equal(default, (await sightings.SeeAsync(new[] { rare with { Counts = false } }, CancellationToken.None))[0]);
    }

    private static Sighting Of(int stranger) => new(SightingKey.Derive(Secret, SightingKind.Address, $"{stranger}"), 1);

    private async Task<int> CountAsync(string pattern) =>
        Convert.ToInt32(await server.Redis.AskAsync("EVAL", "return #redis.call('KEYS', ARGV[1])", "0", pattern), CultureInfo.InvariantCulture);
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
