using System.Globalization;
using System.Net;
using System.Net.Sockets;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>The cases of <see cref="SpoofedHeadersTests"/> over HTTP/2: spellings of names that HTTP/1.1 cannot carry, duplicates in one header block, and trailers in a block of their own.</summary>
public sealed class SpoofedHeadersOverHttp2Tests : FraudTest
{
    [Theory]
    [InlineData("/guarded/session/", "risk-score")]
    [InlineData("/guarded/session/", "risk_score")]
    [InlineData("/guarded/session/", "risk.signals", "risk-signals", "risk-signals")]
    [InlineData("/guarded/session/", "risk-reasons", "risk-signature", "risk-verdict")]
    [InlineData("/open/session/", "risk-score", "risk-score", "risk_score")]
    [InlineData("/open/session/", "risk-reasons", "risk-signature", "risk~signals")]
    public async Task No_forged_header_and_no_forged_trailer_reaches_the_provider(string path, params string[] names)
    {
        var gateway = await StartAsync(Profile(List()));
        Field[] forged = [.. names.Select(name => new Field(name, "0"))];

        var status = await AskAsync(gateway.Http2Address, path, forged);

        Assert.Equal(201, status);
        var seen = Assert.Single(Arrived.All);
        Assert.Equal(["Risk-Reasons", "Risk-Score", "Risk-Signals"], seen.RiskNames);
        Assert.Equal(40, seen.Score);
    }

    /// <summary>Sends a request with these fields in both its head and its trailers.</summary>
    private static async Task<int> AskAsync(Uri server, string path, Field[] forged)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), limit.Token);
        using var connection = new RawConnection(socket, new NetworkStream(socket, ownsSocket: true));
        Field[] head =
        [
            new(":method", "POST"), new(":scheme", "http"), new(":authority", "g"), new(":path", path), new("x-api-key", "caller-1"), new("idempotency-key", "k"),
            new("x-forwarded-for", Listed), new("user-agent", "Mozilla/5.0"), new("content-type", "application/json"), .. forged,
        ];
        byte[] bytes =
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
            // Without a dynamic table, the answer can be decoded with the static one alone.
            .. Http2Frame.Settings(((short)0x1, 0)).ToBytes(),
            .. new Http2Frame(Http2FrameType.Headers, Http2Flags.EndHeaders, 1, HeaderBlock.Encode(head)).ToBytes(),
            .. new Http2Frame(Http2FrameType.Data, Http2Flags.None, 1, "{}"u8.ToArray()).ToBytes(),
            .. new Http2Frame(Http2FrameType.Headers, Http2Flags.EndHeaders | Http2Flags.EndStream, 1, HeaderBlock.Encode(forged)).ToBytes(),
        ];
        await connection.Write(bytes, limit.Token);
        while (await Http2Frame.Read(connection, limit.Token) is { } frame)
        {
            if (frame.Type == Http2FrameType.Headers && HeaderBlock.Decode(frame.Content.Span)[":status"] is { } status)
                return int.Parse(status, CultureInfo.InvariantCulture);
        }
        throw new InvalidOperationException("the gateway gave no answer");
    }
}
