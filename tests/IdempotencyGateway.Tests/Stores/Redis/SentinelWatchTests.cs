using System.Net;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Fleet;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>A Sentinel that answers everything except the subscription to its announcements.</summary>
public sealed class SentinelWatchTests
{
    [Fact]
    public async Task A_subscription_that_is_never_confirmed_does_not_hold_up_the_start()
    {
        await using var redis = await RedisWithReplicas.StartAsync(replicas: 0, sentinels: 1);
        await using var relay = new TcpRelay(redis.Sentinels[0].Port, () => LengthenSubscription);
        var clock = new ManualTimeProvider();
        var options = RedisSamples.OptionsFor(redis.Master) with { Sentinel = new([new("127.0.0.1", relay.Port)], RedisWithReplicas.Service) };
        using var connecting = new RedisConnecting(options, clock);

        var opening = await WhenWaitingAsync(() => SentinelWatch.OpenAsync(options.Sentinel, connecting, clock), clock.WhenArmedAsync(options.OperationTimeout));
        clock.Advance(options.OperationTimeout);

        await using var watch = await opening.OrGiveUp();
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, redis.Master.Port), await watch.AskAsync());
    }

    /// <summary>Opens a watch that waits for its subscription. On a busy machine the library may not reach the Sentinel in time; then it does not subscribe, and another watch is opened.</summary>
    private static async Task<Task<SentinelWatch>> WhenWaitingAsync(Func<Task<SentinelWatch>> open, Task waiting)
    {
        for (var tries = 0; tries < 5; tries++)
        {
            var opening = open();
            if (await Task.WhenAny(opening, waiting) == waiting)
            {
                await waiting;
                return opening;
            }
            await (await opening).DisposeAsync();
        }
        throw new InvalidOperationException("no watch waits for its subscription");
    }

    /// <summary>Raises the announced length of the channel's name, so that the server waits for bytes that never come.</summary>
    private static void LengthenSubscription(Span<byte> bytes)
    {
        if (bytes.IndexOf("$14\r\n+switch-master"u8) is >= 0 and var at)
            bytes[at + 1] = (byte)'9';
    }
}
