using IdempotencyGateway.Configuration;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>Stalled clients, which keep a connection open but do not send or receive what is due: the gateway closes each connection, and other clients are served meanwhile.</summary>
public sealed class IdleConnectionsTests : ExchangeTest
{
    private static readonly LimitsSnapshot Short = new()
    {
        IdleConnections = TimeSpan.FromSeconds(1),
        Head = new() { Timeout = TimeSpan.FromSeconds(1) },
        BodyPace = new() { Grace = TimeSpan.FromSeconds(2), BytesPerSecond = 1024 * 1024 },
    };

    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Http2Frame.Settings(((short)0x1, 0)).ToBytes()];

    private static readonly byte[] Head = HeaderBlock.Encode(
        new(":method", "POST"), new(":scheme", "http"), new(":authority", "g"), new(":path", "/guarded/echo"), new("x-api-key", "slow"), new("idempotency-key", "k"), new("content-length", "2"));

    private static readonly byte[] Request = [.. Headers(Http2Flags.EndHeaders), .. new Http2Frame(Http2FrameType.Data, Http2Flags.EndStream, 1, "{}"u8.ToArray()).ToBytes()];

    [Fact]
    public async Task Idle_HTTP1_connections_are_closed()
    {
        const string Whole = "POST /guarded/echo HTTP/1.1\r\nHost: g\r\nx-api-key: slow\r\nIdempotency-Key: k\r\nContent-Length: 2\r\n\r\n{}";
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with { Limits = Short });

        await AllAreEndedAsync(
            gateway,
            gateway.Address,
            ("nothing", []),
            ("one byte", "P"u8.ToArray()),
            ("half a head", "POST /guarded/echo HTTP/1.1\r\nHost: g\r\n"u8.ToArray()),
            ("half a body", System.Text.Encoding.ASCII.GetBytes(Whole[..^1])),
            ("a whole request and nothing after it", System.Text.Encoding.ASCII.GetBytes(Whole)));
    }

    [Fact]
    public async Task Idle_HTTP2_connections_are_closed()
    {
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with { Limits = Short });

        await AllAreEndedAsync(
            gateway,
            gateway.Http2Address,
            ("nothing", []),
            ("half a preface", Preface[..10]),
            ("a preface", Preface),
            ("half a frame's head", [.. Preface, .. Request[..5]]),
            ("half a frame", [.. Preface, .. Request[..20]]),
            ("a head without its end", [.. Preface, .. Headers(Http2Flags.None)]),
            ("a head without its body", [.. Preface, .. Headers(Http2Flags.EndHeaders)]),
            ("half a body", [.. Preface, .. Headers(Http2Flags.EndHeaders), .. new Http2Frame(Http2FrameType.Data, Http2Flags.None, 1, "{"u8.ToArray()).ToBytes()]),
            ("a window that never opens", [.. Preface, .. Http2Frame.Settings(((short)0x4, 0)).ToBytes(), .. Request]),
            ("a whole request and nothing after it", [.. Preface, .. Request]));
    }

    [Fact]
    public async Task A_client_that_does_not_take_its_answer_is_cut_off()
    {
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            for (var i = 0; i < 1024; i++)
                await context.Response.Body.WriteAsync(new byte[64 * 1024], context.RequestAborted);
        });
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup => setup.Adjust = snapshot => snapshot with { Limits = Short });
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send("GET /open/large HTTP/1.1\r\nHost: g\r\n\r\n");
        Assert.NotNull(await client.ReadExactly(1));

        await Eventually.TrueAsync("the gateway is done with it", () => gateway.Get<GatewayLimits>() is { Requests.Taken: 0, Connections.Taken: 0 });

        Assert.True((await client.ReadToEnd()).Length < 1024 * 64 * 1024);
    }

    /// <summary>Asserts that the gateway closes a connection on which a client sends this and then waits.</summary>
    private async Task AllAreEndedAsync(GatewayUnderTest gateway, Uri address, params (string What, byte[] Sent)[] cases)
    {
        var clients = await Task.WhenAll(cases.Select(async client =>
        {
            var connection = await RawClient.Connect(address);
            await connection.Send(client.Sent);
            return (client.What, Connection: connection, Ended: connection.ReadToEnd());
        }));
        try
        {
            foreach (var (what, _, ended) in clients)
            {
                // On a new connection, because an idle one would be closed, too.
                var other = await gateway.AskRawAsync(RawClient.Request("POST", "/guarded/echo", "{}", new Field("x-api-key", "other"), new Field("Idempotency-Key", what.Replace(' ', '-'))));
                Assert.True(other.Source == "executed", other.Text);
                await ended;
            }

            await gateway.WhenIdleAsync();
            await Eventually.TrueAsync("nothing is held for them", () => gateway.Get<GatewayLimits>().Requests.Taken == 0 && gateway.BodyBytes == 0);
            Assert.Equal(1, Executions.MostExecuted());
        }
        finally
        {
            foreach (var (_, connection, _) in clients)
                connection.Dispose();
        }
    }

    private static byte[] Headers(Http2Flags flags) => new Http2Frame(Http2FrameType.Headers, flags, 1, Head).ToBytes();
}
