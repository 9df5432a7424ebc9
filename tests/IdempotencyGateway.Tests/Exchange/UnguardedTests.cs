using System.Net;
using System.Net.WebSockets;
using System.Text;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>Unguarded requests stream through unchanged: nothing is buffered or charged to a budget.</summary>
public sealed class UnguardedTests : ExchangeTest
{
    [Theory]
    [InlineData("GET", "/open/stream", "application/octet-stream")]
    [InlineData("POST", "/open/stream", "application/json")]
    [InlineData("GET", "/open/events", "text/event-stream")]
    [InlineData("GET", "/guarded/stream", "application/octet-stream")]
    public async Task An_answer_is_passed_on_piece_by_piece(string method, string path, string contentType)
    {
        var last = new Gate();
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            context.Response.ContentType = contentType;
            await context.Response.WriteAsync("data: first\n\n");
            await context.Response.Body.FlushAsync();
            await last.Opened;
            await context.Response.WriteAsync("data: last\n\n");
        });
        var gateway = await StartBeforeAsync(provider.Address);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).OrGiveUp();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var first = await reader.ReadLineAsync().OrGiveUp();
        last.Open();
        var rest = await reader.ReadToEndAsync().OrGiveUp();

        Assert.Equal(("data: first", "\ndata: last\n\n"), (first, rest));
        Assert.False(response.Headers.Contains("Idempotency-Status"));
    }

    [Fact]
    public async Task An_upload_is_passed_on_piece_by_piece_and_not_held()
    {
        const int First = 300_000, Second = 5_000_000;
        var gate = new Gate();
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            await context.Request.Body.ReadExactlyAsync(new byte[First]);
            half.SetResult();
            await context.Request.Body.ReadExactlyAsync(new byte[PiecewiseContent.MayStayBehind + Second]);
            context.Response.StatusCode = await context.Request.Body.ReadAsync(new byte[1]) == 0 ? 201 : 400;
        });
        // No minimum rate for bodies: on a busy machine this client would fall below it.
        var gateway = await StartBeforeAsync(provider.Address, setup => setup.Adjust = snapshot => snapshot with { Limits = new() { BodyPace = new() { BytesPerSecond = 0 } } });
        using var request = new HttpRequestMessage(HttpMethod.Put, "/open/upload") { Content = new PiecewiseContent(First + PiecewiseContent.MayStayBehind, Second, gate) };

        var sending = gateway.AskAsync(request);
        if (await Task.WhenAny(half.Task, sending).OrGiveUp() == sending)
            Assert.Fail($"{(await sending).Status} before the provider had the first piece: {(await sending).Text}");
        Assert.Equal(0, gateway.BodyBytes);
        gate.Open();

        Assert.Equal(201, (await sending).Status);
    }

    [Fact]
    public async Task A_client_that_leaves_takes_its_unguarded_call_along()
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            await left.Task;
        });
        var gateway = await StartBeforeAsync(provider.Address);
        using (var client = await RawClient.Connect(gateway.Address))
        {
            await client.Send(RawClient.Request("POST", "/open/slow", "{}"));
            await provider.Requests.Reached(1);
            client.Reset();
        }

        await left.Task.OrGiveUp();
    }

    [Fact]
    public async Task A_web_socket_talks_both_ways()
    {
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var heard = new byte[64];
            var said = await socket.ReceiveAsync(heard, CancellationToken.None);
            await socket.SendAsync(heard.AsMemory(0, said.Count), said.MessageType, said.EndOfMessage, CancellationToken.None);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        });
        var gateway = await StartBeforeAsync(provider.Address);
        using var client = new ClientWebSocket();

        await client.ConnectAsync(new UriBuilder(gateway.Address) { Scheme = "ws", Path = "/open/socket" }.Uri, CancellationToken.None).OrGiveUp();
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).OrGiveUp();
        var heard = new byte[64];
        var answer = await client.ReceiveAsync(heard, CancellationToken.None).OrGiveUp();

        Assert.Equal("hello", Encoding.UTF8.GetString(heard, 0, answer.Count));
        Assert.Equal(WebSocketMessageType.Close, (await client.ReceiveAsync(heard, CancellationToken.None).OrGiveUp()).MessageType);
    }

    [Fact]
    public async Task Http2_reaches_the_provider_with_its_trailers()
    {
        await using var provider = await KestrelProvider.StartAsync(
            async context =>
            {
                context.Response.DeclareTrailer("grpc-status");
                await context.Response.WriteAsync(context.Request.Protocol);
                context.Response.AppendTrailer("grpc-status", "0");
            },
            HttpProtocols.Http2);
        var gateway = await StartBeforeAsync(provider.Address, setup => setup.HttpRequest = new()
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        });
        using var client = BareClient.Http2();

        var answer = await Answer.ReadAsync(client.SendAsync(client.Request("POST", new Uri(gateway.Http2Address, "/open/call"))));

        Assert.Equal((200, "HTTP/2", "0"), (answer.Status, answer.Text, answer.Trailers["grpc-status"]));
    }

    [Fact]
    public async Task The_keys_of_unguarded_requests_are_not_the_gateways_business()
    {
        var gateway = await StartAsync();

        var first = await gateway.PostAsync("k", path: "/open/session/");
        var second = await gateway.PostAsync("not, a key", path: "/open/session/");

        Assert.Equal((201, 201), (first.Status, second.Status));
        Assert.Null(first.Source);
        Assert.Equal(2, Executions.Total);
    }
}
