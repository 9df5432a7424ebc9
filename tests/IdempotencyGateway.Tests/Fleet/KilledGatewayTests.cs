using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Fleet;
using IdempotencyGateway.Tests.Testing.Redis;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Fleet;

/// <summary>One of three gateways is repeatedly killed (SIGKILL) in the middle of exchanges, while the others get requests with the same keys.</summary>
public sealed class KilledGatewayTests(ITestOutputHelper output) : FleetTest(output)
{
    private const int Replicas = 3;
    private const int Clients = 8;
    private const int LongestLifeInRequests = 150;

    private static int Kills => LongForm.Or(6, 60);

    [Fact]
    public async Task Survivors_doubt_what_was_sent_replay_what_was_answered_and_execute_the_rest_once()
    {
        await using var redis = await RedisProcess.StartAsync("appendfsync everysec");
        await using var fleet = await GatewayFleet.StartAsync(Replicas, Provider.Address, RedisStore(redis.Port), ShortLease);
        var load = new FleetLoad(fleet);

        await load.RunAsync(Clients, async () =>
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await DeliveredAsync(Random.Next(1, LongestLifeInRequests)).OrGiveUp();
                var victim = Random.Next(Replicas);
                await fleet[victim].Process.KillAsync();
                await fleet.StartAgainAsync(victim);
            }
        });

        await AssertHeldAsync(fleet, load);
    }
}
