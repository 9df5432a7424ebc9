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

        var opening = SentinelWatch.OpenAsync(options.Sentinel, connecting, clock);
        await clock.WhenArmedAsync(options.OperationTimeout);
        Assert.False(opening.IsCompleted);
        clock.Advance(options.OperationTimeout);

        await using var watch = await opening.OrGiveUp();
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, redis.Master.Port), await watch.AskAsync());
    }

    /// <summary>Raises the announced length of the channel's name, so that the server waits for bytes that never come.</summary>
    private static void LengthenSubscription(Span<byte> bytes)
    {
        if (bytes.IndexOf("$14\r\n+switch-master"u8) is >= 0 and var at)
            bytes[at + 1] = (byte)'9';
    }
}
