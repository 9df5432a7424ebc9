using IdempotencyGateway.Configuration;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;
using IdempotencyGateway.Tests.Testing.Tls;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>
/// Idle HTTP/2 connections, some of which Kestrel itself would keep forever. Kestrel's timeouts run on the real clock and are minutes long, so none fires here; the
/// gateway's timeouts run on the tests' clock.
/// </summary>
public sealed class Http2ConnectionTests : ExchangeTest
{
    private static readonly TimeSpan ASecond = TimeSpan.FromSeconds(1);
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private readonly ManualTimeProvider _clock = new();

    /// <summary>How long the gateway waits under the default limits, including the time to send what Kestrel buffers: 4 KB for each of 100 streams and 64 KB for the connection.</summary>
    private static TimeSpan Patience
    {
        get
        {
            var limits = new LimitsSnapshot();
            return limits.IdleConnections + limits.BodyPace.Grace + TimeSpan.FromSeconds((100 * 4096.0 + 64 * 1024) / limits.BodyPace.BytesPerSecond);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_without_requests_gets_GOAWAY(bool secured)
    {
        using var certificate = new TestAuthority().Server();
        using var folder = new TlsFolder(certificate);
        var gateway = await StartBeforeAsync(Provider.Address, snapshot => snapshot with
        {
            Listen = secured ? snapshot.Listen with { Proxy = [new("https://127.0.0.1:0")], Tls = folder.Tls } : snapshot.Listen,
        });
        using var client = secured ? await RawClient.ConnectTls(gateway.Address, isHttp2: true) : await RawClient.Connect(gateway.Http2Address);
        await GreetAsync(client);

        _clock.Advance(Patience + ASecond);

        await UntilAsync(client, frame => frame.Type == Http2FrameType.GoAway);
        await client.ReadToEnd();
    }

    /// <summary>Kestrel stops timing an answer when the application ends it after its last bytes, even if those still wait for the client's flow-control window.</summary>
    [Fact]
    public async Task An_answer_that_the_client_does_not_read_is_given_up()
    {
        var isBegun = new Gate();
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync("{}"u8.ToArray());
            await isBegun.Opened.OrGiveUp();
        });
        var gateway = await StartBeforeAsync(provider.Address);
        using var client = await ConnectAsync(gateway, Window(1), Get(stream: 1));
        await UntilAsync(client, frame => frame.Type == Http2FrameType.Data && frame.Payload.Length == 1);
        isBegun.Open();
        await WhenAllIsWrittenAsync(gateway);

        var toldToGo = UntilAsync(client, frame => frame.Type == Http2FrameType.GoAway);
        // Advance repeatedly: the request may leave its connection only after it has returned its permit and after the first advance.
        await Eventually.TrueAsync("the client gets a GOAWAY", () =>
        {
            _clock.Advance(Patience + ASecond);
            return Task.FromResult(toldToGo.IsCompleted);
        });
        await toldToGo;

        await client.ReadToEnd();
    }

    [Fact]
    public async Task Answers_of_all_streams_may_be_taken_late()
    {
        const int Streams = 90;
        var body = new byte[4000];
        await using var provider = await KestrelProvider.StartAsync(async context => await context.Response.Body.WriteAsync(body));
        var gateway = await StartBeforeAsync(provider.Address);
        using var older = await ConnectAsync(gateway);
        _clock.Advance(2 * ASecond);
        using var client = await ConnectAsync(gateway, [Window(1), Http2Frame.WindowUpdate(Streams * body.Length), .. Enumerable.Range(0, Streams).Select(i => Get(StreamOf(i)))]);
        var begun = 0;
        await UntilAsync(client, frame => frame.Type == Http2FrameType.Data && ++begun == Streams);
        await WhenAllIsWrittenAsync(gateway);

        _clock.Advance(Patience - ASecond);
        await older.ReadToEnd();
        for (var i = 0; i < Streams; i++)
            await client.Send((Http2Frame.WindowUpdate(body.Length) with { StreamId = StreamOf(i) }).ToBytes());

        var (taken, ended) = (0, 0);
        await UntilAsync(client, frame =>
        {
            if (frame.Type != Http2FrameType.Data)
                return false;
            taken += frame.Payload.Length;
            return frame.Has(Http2Flags.EndStream) && ++ended == Streams;
        });
        Assert.Equal(Streams * (body.Length - 1), taken);
    }

    [Fact]
    public async Task A_connection_over_the_limit_gets_GOAWAY_with_its_answer()
    {
        var gateway = await StartBeforeAsync(Provider.Address, snapshot => snapshot with { Limits = new() { Connections = 1 } });
        using var settled = await ConnectAsync(gateway);

        using var late = await ConnectAsync(gateway, Get(stream: 1));

        await UntilAsync(late, frame => frame.Type == Http2FrameType.GoAway);
        await late.ReadToEnd();
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
        var gateway = await StartBeforeAsync(provider.Address);
        using var busy = await ConnectAsync(gateway, Get(stream: 1));
        using var quiet = await ConnectAsync(gateway);
        await Eventually.TrueAsync("the busy request is in flight", () => gateway.Get<GatewayLimits>().Requests.Taken == 1);

        _clock.Advance(2 * Patience);
        await quiet.ReadToEnd();
        answer.Open();

        await UntilAsync(busy, frame =>
        {
            Assert.NotEqual(Http2FrameType.GoAway, frame.Type);
            return frame.Type == Http2FrameType.Data && frame.Payload.Length == 2;
        });
    }

    [Fact]
    public async Task Who_asks_for_what_is_not_there_is_not_quiet()
    {
        var gateway = await StartBeforeAsync(Provider.Address);
        using var lost = await ConnectAsync(gateway);
        using var quiet = await ConnectAsync(gateway);
        _clock.Advance(Patience - ASecond);
        await AskAsync(stream: 1);

        _clock.Advance(Patience - ASecond);
        await quiet.ReadToEnd();

        await AskAsync(stream: 3);

        async Task AskAsync(int stream)
        {
            await lost.Send(Get(stream, "/nowhere").ToBytes());
            await UntilAsync(lost, frame => frame.StreamId == stream && frame.Has(Http2Flags.EndStream));
        }
    }

    private Task<GatewayUnderTest> StartBeforeAsync(Uri provider, Func<GatewaySnapshot, GatewaySnapshot>? adjust = null) => StartBeforeAsync(provider, setup =>
    {
        setup.Clock = _clock;
        setup.Adjust = adjust ?? setup.Adjust;
    });

    /// <summary>Completes when the gateway has written every answer; the client may not have received them.</summary>
    private static Task WhenAllIsWrittenAsync(GatewayUnderTest gateway) =>
        Eventually.TrueAsync("every answer is written", () => gateway.Get<GatewayLimits>().Requests.Taken == 0);

    private static int StreamOf(int request) => 2 * request + 1;

    /// <summary>A SETTINGS frame with the initial window of each stream, in bytes.</summary>
    private static Http2Frame Window(int size) => Http2Frame.Settings(((short)0x4, size));

    private static Http2Frame Get(int stream, string path = "/open/answer") => new(
        Http2FrameType.Headers,
        Http2Flags.EndHeaders | Http2Flags.EndStream,
        stream,
        HeaderBlock.Encode(new(":method", "GET"), new(":scheme", "http"), new(":authority", "g"), new(":path", path)));

    private static async Task<RawClient> ConnectAsync(GatewayUnderTest gateway, params Http2Frame[] frames)
    {
        var client = await RawClient.Connect(gateway.Http2Address);
        await GreetAsync(client, frames);
        return client;
    }

    /// <summary>Sends the preface and these frames, and waits for the gateway's SETTINGS, so that the gateway knows the connection.</summary>
    private static async Task GreetAsync(RawClient client, params Http2Frame[] frames)
    {
        var greeting = frames is [{ Type: Http2FrameType.Settings }, ..] ? frames : [Http2Frame.Settings(), .. frames];
        await client.Send((byte[])[.. Preface, .. greeting.SelectMany(frame => frame.ToBytes())]);
        await UntilAsync(client, frame => frame.Type == Http2FrameType.Settings);
    }

    private static async Task UntilAsync(RawClient client, Predicate<Http2Frame> isIt)
    {
        while (!isIt(await client.ReadFrame() ?? throw new IOException("the connection ended before such a frame"))) { }
    }
}
