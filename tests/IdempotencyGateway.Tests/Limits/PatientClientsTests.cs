using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>Clients that wait for their answer or receive it slowly, for longer than a stalled client's timeout: none is disconnected.</summary>
public sealed class PatientClientsTests : ExchangeTest
{
    private static readonly LimitsSnapshot Short = new()
    {
        IdleConnections = TimeSpan.FromSeconds(2),
        Head = new() { Timeout = TimeSpan.FromSeconds(2) },
        BodyPace = new() { Grace = TimeSpan.FromSeconds(2) },
    };

    [Fact]
    public async Task Who_waits_for_the_provider_or_for_the_leader_of_its_duplicate_is_not_idle()
    {
        var gateway = await StartAsync(setup =>
        {
            setup.Policy = setup.Policy with { InFlight = setup.Policy.InFlight with { Timeout = Patience.Limit } };
            setup.Adjust = snapshot => snapshot with { Limits = Short };
        });
        var request = RawClient.Request("POST", "/guarded/echo", "{}", new Field("x-api-key", "caller"), new Field("Idempotency-Key", "k"));
        var gate = HoldNext();
        using var leader = await RawClient.Connect(gateway.Address);
        await leader.Send(request);
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        using var duplicate = await RawClient.Connect(gateway.Address);
        await duplicate.Send(request);

        for (var rounds = 0; rounds < 2; rounds++)
            await WhenOthersAreCutOffAsync(gateway);
        gate.Release();

        var first = Answer.From((await leader.ReadAnswer())!);
        var second = Answer.From((await duplicate.ReadAnswer())!);
        Assert.Equal(("executed", "replayed"), (first.Source, second.Source));
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task Who_takes_a_large_answer_bit_by_bit_gets_all_of_it()
    {
        // More than the socket buffers hold, so that the gateway cannot finish sending before the client receives.
        const int Blocks = 2048;
        var block = new byte[64 * 1024];
        var isWritten = false;
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            context.Response.ContentLength = Blocks * block.Length;
            for (var i = 0; i < Blocks; i++)
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            Volatile.Write(ref isWritten, true);
        });
        var gateway = await StartBeforeAsync(provider.Address, setup => setup.Adjust = snapshot => snapshot with { Limits = Short });
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send("GET /open/large HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n");

        for (var bits = 0; bits < 3; bits++)
        {
            Assert.NotNull(await client.ReadExactly(block.Length));
            await WhenOthersAreCutOffAsync(gateway);
        }
        Assert.False(Volatile.Read(ref isWritten));
        for (var bits = 3; bits < Blocks; bits++)
            Assert.NotNull(await client.ReadExactly(block.Length));

        // The rest is as long as the head, which was read as part of the blocks.
        Assert.InRange((await client.ReadToEnd()).Length, 1, 1000);
    }

    /// <summary>Completes when stalled clients that connect now have been disconnected, which shows that a timeout has passed.</summary>
    private static async Task WhenOthersAreCutOffAsync(GatewayUnderTest gateway)
    {
        using var idle = await RawClient.Connect(gateway.Address);
        using var slow = await RawClient.Connect(gateway.Address);
        await slow.Send("POST /guarded/echo HTTP/1.1\r\nHost: g\r\nx-api-key: slow\r\nIdempotency-Key: slow\r\nContent-Length: 2\r\n\r\n{");
        await Task.WhenAll(idle.ReadToEnd(), slow.ReadToEnd());
    }
}
