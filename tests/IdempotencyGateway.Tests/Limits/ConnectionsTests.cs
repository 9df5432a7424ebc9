using System.Net.Sockets;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Limits;

public sealed class ConnectionsTests : ExchangeTest
{
    private static readonly int Surplus = new LimitsSnapshot().SurplusConnections;

    private static readonly string Request = RawClient.Request(
        "POST", "/guarded/session/", GatewayUnderTest.SessionBody, new Field("x-api-key", "c"), new Field("Idempotency-Key", "k"), new Field("Content-Type", "application/json"));

    [Fact]
    public async Task A_connection_too_many_is_told_so_and_ends_while_the_others_and_the_operators_go_on()
    {
        var gateway = await StartAsync(setup =>
        {
            setup.Admin = true;
            setup.Adjust = snapshot => snapshot with { Limits = new() { Connections = 1 } };
        });
        using var settled = await RawClient.Connect(gateway.Address);
        await settled.Send(Request);
        Assert.Equal("executed", Answer.From((await settled.ReadAnswer())!).Source);

        using var late = await RawClient.Connect(gateway.Address);
        await late.Send(Request);
        var refused = Answer.From((await late.ReadAnswer())!);
        Assert.Null(await late.ReadAnswer());
        await settled.Send(Request);
        var replay = Answer.From((await settled.ReadAnswer())!);
        var ready = await Answer.ReadAsync(gateway.Client.GetAsync(new Uri(gateway.AdminAddress!, "/health/ready")));

        refused.AssertProblem(GatewayProblem.GatewayLimit, key: null);
        Assert.Equal(("close", "1"), (refused.Headers["Connection"], refused.Headers["Retry-After"]));
        Assert.Equal("replayed", replay.Source);
        Assert.Equal(200, ready.Status);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_connection_too_many_that_asks_for_what_is_not_there_is_told_so_too()
    {
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with { Limits = new() { Connections = 1 } });
        using var settled = await RawClient.Connect(gateway.Address);
        await settled.Send(Request);
        Assert.Equal(201, (await settled.ReadAnswer())!.Status);

        using var late = await RawClient.Connect(gateway.Address);
        await late.Send(RawClient.Request("GET", "/nowhere"));
        var refused = Answer.From((await late.ReadAnswer())!);

        Assert.Null(await late.ReadAnswer());
        refused.AssertProblem(GatewayProblem.GatewayLimit, key: null);
        Assert.Equal("close", refused.Headers["Connection"]);
    }

    [Fact]
    public async Task An_end_makes_room_for_a_beginning()
    {
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with { Limits = new() { Connections = 1 } });
        using (var first = await RawClient.Connect(gateway.Address))
        {
            await first.Send(Request);
            Assert.Equal(201, (await first.ReadAnswer())!.Status);
        }
        await Eventually.TrueAsync("the first connection has ended", () => gateway.Get<GatewayLimits>().Connections.Taken == 0);

        Assert.Equal("replayed", (await gateway.AskRawAsync(Request)).Source);
    }

    /// <summary>A connection beyond the limit takes and returns no permit of the limit, and returns the surplus slot in which it was refused.</summary>
    [Fact]
    public async Task However_many_have_been_told_the_next_one_is_told_too()
    {
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with { Limits = new() { Connections = 1 } });
        using var settled = await RawClient.Connect(gateway.Address);
        await settled.Send(Request);
        Assert.Equal(201, (await settled.ReadAnswer())!.Status);

        for (var told = 0; told <= Surplus; told++)
        {
            using var late = await RawClient.Connect(gateway.Address);
            await late.Send(Request);
            Assert.Equal(503, (await late.ReadAnswer())?.Status);
            Assert.Null(await late.ReadAnswer());
        }

        Assert.Equal(1, gateway.Get<GatewayLimits>().Connections.Taken);
    }

    [Fact]
    public async Task When_even_those_who_are_to_be_told_are_too_many_the_rest_is_cut_off()
    {
        var gateway = await StartAsync(setup =>
        {
            setup.Admin = true;
            setup.Adjust = snapshot => snapshot with { Limits = new() { Connections = 1 } };
        });
        using var settled = await RawClient.Connect(gateway.Address);
        await settled.Send(Request);
        Assert.Equal(201, (await settled.ReadAnswer())!.Status);
        var crowd = await Task.WhenAll(Enumerable.Range(0, Surplus + 1).Select(_ => TryConnectAsync(gateway.Address)));
        try
        {
            // All connections stay idle except the last accepted one, which is closed before it sends anything, perhaps even while it connects (null).
            if (!crowd.Contains(null))
            {
                var ended = await Task.WhenAny(crowd.Select(client => client!.ReadAnswer())).OrGiveUp();
                Assert.Null(await ended);
            }
            await settled.Send(Request);
            Assert.Equal("replayed", Answer.From((await settled.ReadAnswer())!).Source);
            var scrape = await gateway.Client.GetStringAsync(new Uri(gateway.AdminAddress!, "/metrics")).OrGiveUp();
            Assert.Contains("\nidempotency_gateway_connections_cut_off_total 1\n", scrape, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var client in crowd)
                client?.Dispose();
        }
    }

    /// <returns>Null if the gateway reset the connection while it was being made.</returns>
    private static async Task<RawClient?> TryConnectAsync(Uri server)
    {
        try
        {
            return await RawClient.Connect(server);
        }
        catch (SocketException cutOff) when (cutOff.SocketErrorCode == SocketError.ConnectionReset)
        {
            return null;
        }
    }
}
