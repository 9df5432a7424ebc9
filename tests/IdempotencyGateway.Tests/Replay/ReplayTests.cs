using System.Net;
using System.Security.Cryptography;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdempotencyGateway.Tests.Replay;

/// <summary>A retry gets the first call's answer, from memory and from the store.</summary>
public sealed class ReplayTests : ExchangeTest
{
    private const long NoCopies = 0, Copies = 1_000_000;
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(Copies)]
    [InlineData(NoCopies)]
    public async Task Status_headers_and_bytes_are_the_first_answers(long copies)
    {
        var body = RandomNumberGenerator.GetBytes(50_000);
        await using var provider = await KestrelProvider.StartAsync(context =>
        {
            context.Response.StatusCode = 201;
            context.Response.ContentType = "application/json";
            context.Response.Headers.Location = "/v3/session/1";
            context.Response.Headers.ETag = "\"1\"";
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.Headers.Append("X-Two", "one");
            context.Response.Headers.Append("X-Two", "two");
            context.Response.Headers.Date = "Tue, 15 Nov 1994 08:12:31 GMT";
            return context.Response.Body.WriteAsync(body).AsTask();
        });
        var gateway = await StartAsync(provider, copies);

        var first = await gateway.PostAsync("k");
        _time.Advance(TimeSpan.FromSeconds(30));
        var retry = await gateway.PostAsync("k");

        Assert.Equal(body, first.Body);
        Assert.Equal(body, retry.Body);
        foreach (var answer in new[] { first, retry })
        {
            Assert.Equal((201, "/v3/session/1", "\"1\"", "application/json", "gzip"), (
                answer.Status, answer.Headers["Location"], answer.Headers["ETag"], answer.Headers["Content-Type"], answer.Headers["Content-Encoding"]));
            Assert.Equal(["one", "two"], answer.Headers.Values("X-Two"));
            Assert.Equal("Tue, 15 Nov 1994 08:12:31 GMT", answer.Headers["Date"]);
            Assert.Equal("50000", answer.Headers["Content-Length"]);
        }
        Assert.Equal((null, "30"), (first.Headers["Age"], retry.Headers["Age"]));
        Assert.Equal(("replayed", "true"), (retry.Source, retry.Headers[GuardedHeaders.Replayed]));
        Assert.Equal(1, provider.Requests.Count);
    }

    [Theory]
    [InlineData(Copies)]
    [InlineData(NoCopies)]
    public async Task What_belongs_to_one_exchange_or_one_client_is_not_replayed(long copies)
    {
        string[] own = ["Set-Cookie", "WWW-Authenticate", "Proxy-Status", "X-Request-Cost"];
        await using var provider = await KestrelProvider.StartAsync(context =>
        {
            foreach (var name in own)
                context.Response.Headers[name] = "value";
            context.Response.Headers["Idempotent-Replayed"] = "false";
            context.Response.Headers["Idempotency-Status"] = "of the provider";
            context.Response.Headers["Idempotency-Key"] = "of the provider";
            return context.Response.WriteAsync("{}");
        });
        var gateway = await StartBeforeAsync(provider.Address, setup =>
        {
            Configure(setup, copies);
            setup.Policy = setup.Policy with { Record = new() { Headers = new(["x-request-cost"]) } };
        });

        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        Assert.All(own, name => Assert.Equal("value", first.Headers[name]));
        Assert.All(own, name => Assert.False(retry.Headers.Has(name)));
        Assert.Equal(("executed", "k"), (first.Source, first.Headers["Idempotency-Key"]));
        Assert.Equal(("replayed", "k", "true"), (retry.Source, retry.Headers["Idempotency-Key"], retry.Headers["Idempotent-Replayed"]));
    }

    [Fact]
    public async Task A_route_that_names_what_it_keeps_replays_nothing_else()
    {
        await using var provider = await KestrelProvider.StartAsync(context =>
        {
            context.Response.StatusCode = 201;
            context.Response.Headers.Location = "/v3/session/1";
            context.Response.Headers["X-Request-Cost"] = "7";
            return context.Response.WriteAsJsonAsync("made");
        });
        var gateway = await StartBeforeAsync(provider.Address, setup => setup.Policy = setup.Policy with { Record = new() { Headers = new([], ["location"]) } });

        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        Assert.Equal(("executed", "7"), (first.Source, first.Headers["X-Request-Cost"]));
        Assert.Equal((201, "replayed", "/v3/session/1", first.Text), (retry.Status, retry.Source, retry.Headers["Location"], retry.Text));
        Assert.Equal(first.Headers["Content-Type"], retry.Headers["Content-Type"]);
        Assert.False(retry.Headers.Has("X-Request-Cost"));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(304)]
    [InlineData(302)]
    public async Task Answers_without_a_body_are_answers(int status)
    {
        await using var provider = await KestrelProvider.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        var gateway = await StartAsync(provider, Copies);

        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        Assert.Equal((status, 0, "executed"), (first.Status, first.Body.Length, first.Source));
        Assert.Equal((status, 0, "replayed", "/elsewhere"), (retry.Status, retry.Body.Length, retry.Source, retry.Headers["Location"]));
        Assert.Equal(1, provider.Requests.Count);
    }

    /// <summary>Header bytes pass unchanged, whether they are Latin-1 or UTF-8. Location is a case of its own, because the HTTP client decodes it differently.</summary>
    [Theory]
    [InlineData("Content-Disposition", "attachment; filename=\"r\u00e9sum\u00e9\"")]
    [InlineData("Content-Disposition", "attachment; filename=\"r\u00c3\u00a9sum\u00c3\u00a9\"")]
    [InlineData("Location", "/r\u00e9sum\u00e9")]
    [InlineData("Location", "/r\u00c3\u00a9sum\u00c3\u00a9")]
    [InlineData("Location", "/\u00e5\u00b1\u00a5\u00e6\u00ad\u00b4")]
    public async Task Header_bytes_beyond_ascii_survive(string name, string value)
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(200, "{}", new Field(name, value)));
        var gateway = await StartBeforeAsync(provider.Address);
        var request = RawClient.Request("POST", "/guarded/x", "{}", new Field("x-api-key", "c"), new Field("Idempotency-Key", "k"));

        var first = await gateway.AskRawAsync(request);
        var retry = await gateway.AskRawAsync(request);

        Assert.Equal((200, value), (first.Status, first.Headers[name]));
        Assert.Equal((200, value, "replayed"), (retry.Status, retry.Headers[name], retry.Source));
        Assert.Single(provider.Deliveries);
    }

    [Fact]
    public async Task Trailers_reach_http2_clients_first_and_later()
    {
        await using var provider = await KestrelProvider.StartAsync(WithTrailer, HttpProtocols.Http2);
        var gateway = await StartBeforeAsync(provider.Address, setup =>
        {
            Configure(setup, NoCopies);
            setup.HttpRequest = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        });

        var first = await AskHttp2Async(gateway);
        var retry = await AskHttp2Async(gateway);
        var http11 = await gateway.PostAsync("k");

        Assert.Equal((200, "message", "0", "executed"), (first.Status, first.Text, first.Trailers["grpc-status"], first.Source));
        Assert.Equal((200, "message", "0", "replayed"), (retry.Status, retry.Text, retry.Trailers["grpc-status"], retry.Source));
        Assert.Equal((200, "message", 0), (http11.Status, http11.Text, http11.Trailers.Count));
        Assert.Equal(1, provider.Requests.Count);
    }

    [Fact]
    public async Task Trailers_of_an_answer_over_the_cap_reach_http2_clients()
    {
        await using var provider = await KestrelProvider.StartAsync(WithTrailer, HttpProtocols.Http2);
        var gateway = await StartBeforeAsync(provider.Address, setup =>
        {
            setup.Policy = setup.Policy with { Record = new() { MaxBodyBytes = 3 } };
            setup.HttpRequest = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        });

        var first = await AskHttp2Async(gateway);

        Assert.Equal((200, "message", "0", "executed"), (first.Status, first.Text, first.Trailers["grpc-status"], first.Source));
    }

    /// <summary>The HTTP client accepts a trailer with a control character, but Kestrel refuses to write one.</summary>
    [Theory]
    [InlineData(1_000)]
    [InlineData(1)]
    public async Task A_trailer_that_no_message_may_have_costs_nobody_the_answer(int mostRecorded)
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.AnswerChunked(200, "message", new Field("X-Odd", "a\u0001b"), new Field("X-Plain", "r\u00e9sum\u00e9")));
        var gateway = await StartBeforeAsync(provider.Address, setup => setup.Policy = setup.Policy with { Record = new() { MaxBodyBytes = mostRecorded } });

        var first = await AskHttp2Async(gateway);
        var retry = await AskHttp2Async(gateway);

        Assert.Equal((200, "message", "executed"), (first.Status, first.Text, first.Source));
        Assert.Equal((null, "r\u00e9sum\u00e9"), (first.Trailers["X-Odd"], first.Trailers["X-Plain"]));
        Assert.Equal(mostRecorded == 1 ? (409, null, null) : (200, "replayed", "r\u00e9sum\u00e9"), (retry.Status, retry.Source, retry.Trailers["X-Plain"]));
        Assert.Single(provider.Deliveries);
    }

    private static async Task WithTrailer(HttpContext context)
    {
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.WriteAsync("message");
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task<Answer> AskHttp2Async(GatewayUnderTest gateway)
    {
        using var client = BareClient.Http2();
        using var request = GatewayUnderTest.Post("k");
        request.RequestUri = new Uri(gateway.Http2Address, request.RequestUri!);
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        return await Answer.ReadAsync(client.SendAsync(request));
    }

    private Task<GatewayUnderTest> StartAsync(KestrelProvider provider, long copies) => StartBeforeAsync(provider.Address, setup => Configure(setup, copies));

    private void Configure(GatewaySetup setup, long copies)
    {
        setup.Clock = _time;
        setup.Adjust = snapshot => snapshot with { Cache = new() { MaxBytes = copies } };
    }
}
