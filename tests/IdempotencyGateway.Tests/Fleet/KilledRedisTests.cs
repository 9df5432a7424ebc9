using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Fleet;
using IdempotencyGateway.Tests.Testing.Redis;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Fleet;

/// <summary>Redis is killed (SIGKILL) under load and restarted on its files (appendfsync always), while the gateways keep running.</summary>
public sealed class KilledRedisTests(ITestOutputHelper output) : FleetTest(output)
{
    private const int Clients = 8;
    private const int LongestLifeInRequests = 200;

    private static int Kills => LongForm.Or(5, 30);

    [Fact]
    public async Task No_key_is_executed_twice_nothing_recorded_is_lost_and_the_gateways_find_back_by_themselves()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var fleet = await GatewayFleet.StartAsync(2, Provider.Address, RedisStore(redis.Port), ShortLease);
        var load = new FleetLoad(fleet);

        await load.RunAsync(Clients, async () =>
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await DeliveredAsync(Random.Next(1, LongestLifeInRequests)).OrGiveUp();
                await redis.KillAsync();
                await redis.RestartAsync();
            }
            await DeliveredAsync(1).OrGiveUp();
        });

        await AssertHeldAsync(fleet, load);
    }
}
