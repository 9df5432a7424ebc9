using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;
using IdempotencyGateway.Tests.Testing.Tls;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>HTTP/2 connections that the server itself would keep for ever, and one that has every right to stay.</summary>
public sealed class Http2ConnectionTests : ExchangeTest
{
    // The rest of an answer may take no more than a second.
    private static readonly LimitsSnapshot Short = new()
    {
        IdleConnections = TimeSpan.FromSeconds(1),
        BodyPace = new() { Grace = TimeSpan.FromSeconds(2), BytesPerSecond = 4096 },
    };

    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();
    private static readonly Http2Frame Ping = new(Http2FrameType.Ping, Http2Flags.None, 0, new byte[8]);

    private static readonly byte[] Get = new Http2Frame(
        Http2FrameType.Headers,
        Http2Flags.EndHeaders | Http2Flags.EndStream,
        1,
        HeaderBlock.Encode(new(":method", "GET"), new(":scheme", "http"), new(":authority", "g"), new(":path", "/open/answer"))).ToBytes();

    [Fact]
    public async Task An_answer_that_ended_while_a_part_of_it_waited_for_the_window_is_given_up()
    {
        var isTaken = new Gate();
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync("{}"u8.ToArray());
            await isTaken.Opened.OrGiveUp();
        });
        var gateway = await StartBeforeAsync(provider.Address, setup => setup.Adjust = snapshot => snapshot with { Limits = Short });
        using var client = await ConnectAsync(gateway, Http2Frame.Settings(((short)0x4, 1)));
        await client.Send(Get);
        await UntilAsync(client, frame => frame.Type == Http2FrameType.Data && frame.Payload.Length == 1);

        isTaken.Open();

        await client.ReadToEnd();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pings_do_not_put_off_the_end_for_ever(bool secured)
    {
        using var certificate = new TestAuthority().Server();
        using var folder = new TlsFolder(certificate);
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with
        {
            Limits = Short,
            Listen = secured ? snapshot.Listen with { Proxy = [new("https://127.0.0.1:0")], Tls = folder.Tls } : snapshot.Listen,
        });
        using var client = secured ? await GreetAsync(await RawClient.ConnectTls(gateway.Address, isHttp2: true), Http2Frame.Settings()) : await ConnectAsync(gateway, Http2Frame.Settings());

        Assert.True(await PingToTheEndAsync(client));
    }

    [Fact]
    public async Task A_request_under_way_keeps_its_connection()
    {
        var answer = new Gate();
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            await answer.Opened.OrGiveUp();
            await context.Response.Body.WriteAsync("{}"u8.ToArray());
        });
        var gateway = await StartBeforeAsync(provider.Address, setup => setup.Adjust = snapshot => snapshot with { Limits = Short });
        using var busy = await ConnectAsync(gateway, Http2Frame.Settings());
        await busy.Send(Get);
        for (var rounds = 0; rounds < 2; rounds++)
        {
            using var quiet = await ConnectAsync(gateway, Http2Frame.Settings());
            await PingToTheEndAsync(quiet);
        }

        answer.Open();

        await UntilAsync(busy, frame => frame.Type == Http2FrameType.Data && frame.Payload.Length == 2);
    }

    private static async Task<RawClient> ConnectAsync(GatewayUnderTest gateway, Http2Frame settings) => await GreetAsync(await RawClient.Connect(gateway.Http2Address), settings);

    private static async Task<RawClient> GreetAsync(RawClient client, Http2Frame settings)
    {
        await client.Send((byte[])[.. Preface, .. settings.ToBytes()]);
        return client;
    }

    private static async Task UntilAsync(RawClient client, Predicate<Http2Frame> isIt)
    {
        while (!isIt(await client.ReadFrame() ?? throw new IOException("the connection ended before"))) { }
    }

    /// <summary>A PING for each frame that comes, until none comes any more.</summary>
    /// <returns>Whether the gateway said GOAWAY before it ended the connection.</returns>
    private static async Task<bool> PingToTheEndAsync(RawClient client)
    {
        var saidGoAway = false;
        while (await client.ReadFrame() is { } frame)
        {
            saidGoAway |= frame.Type == Http2FrameType.GoAway;
            if (!saidGoAway)
                await client.Send(Ping.ToBytes());
        }
        return saidGoAway;
    }
}
