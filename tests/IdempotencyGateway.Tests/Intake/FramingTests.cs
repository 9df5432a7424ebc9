using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>Requests with ambiguous framing are refused, their connection is closed, and nothing reaches the provider.</summary>
public sealed class FramingTests : ExchangeTest
{
    private const string Start = "POST /guarded/echo HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: k\r\n";
    private const string Start10 = "POST /guarded/echo HTTP/1.0\r\nHost: g\r\nConnection: keep-alive\r\nx-api-key: c\r\nIdempotency-Key: k\r\n";

    [Theory]
    [InlineData(Start + "Content-Length: +2\r\n\r\n{}")]
    [InlineData(Start + "Content-Length: 2, 2\r\n\r\n{}")]
    [InlineData(Start + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData(Start + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}")]
    [InlineData(Start + "Content-Length: -2\r\n\r\n{}")]
    [InlineData(Start + "Content-Length: 0x2\r\n\r\n{}")]
    [InlineData(Start + "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData(Start + "Transfer-Encoding: gzip\r\n\r\n{}")]
    [InlineData(Start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData(Start + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData(Start + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData(Start + "Transfer-Encoding: chunked\r\nX-Content-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData(Start + "Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData(Start10 + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData(Start + "Bare: line feed\nContent-Length: 2\r\n\r\n{}")]
    [InlineData(Start + "Space-Before : colon\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData(Start + " folded: line\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData(Start + "Transfer-Encoding\u000b: chunked\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData(Start + "Content\rLength: 2\r\n\r\n{}")]
    [InlineData(Start + "Nul: \0\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData(Start + "Bare: carriage\rreturn\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("POST /guarded/echo\tx HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: k\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("POST /guarded/echo HTTP/1.1\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: k\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("CONNECT /guarded/echo HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: k\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("GET /guarded/echo HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /open/echo HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    [InlineData("POST /nowhere HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
    public async Task Ambiguous_framing_is_refused(string request)
    {
        var gateway = await StartAsync();
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send(request);

        var answer = await client.ReadAnswer();
        var rest = await client.ReadToEnd();

        Assert.Equal(400, answer?.Status);
        Assert.Empty(rest);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_request_smuggled_behind_an_ambiguous_one_is_not_served()
    {
        const string Smuggled = "POST /guarded/echo HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: smuggled\r\nContent-Length: 0\r\n\r\n";
        var gateway = await StartAsync();
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send(Start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Smuggled);

        var answer = await client.ReadAnswer();
        await client.ReadToEnd();

        Assert.Equal(400, answer?.Status);
        Assert.Equal(0, Executions.Deliveries);
    }

    /// <summary>For invalid trailers Kestrel throws another exception than for all other errors in a body.</summary>
    [Theory]
    [InlineData("guarded")]
    [InlineData("open")]
    public async Task Trailers_that_are_no_text_are_refused(string route)
    {
        var gateway = await StartAsync();
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send($"POST /{route}/echo HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: k\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\nX: \u00ff\r\n\r\n");

        var answer = await client.ReadAnswer();

        Assert.Equal(400, answer?.Status);
        Assert.Equal(0, Executions.Total);
    }

    /// <summary>A provider that supports TRACE would echo to the client what the gateway adds to requests: credentials, verdicts, signatures.</summary>
    [Theory]
    [InlineData("TRACE", "guarded/echo")]
    [InlineData("TRACE", "open/echo")]
    [InlineData("trace", "open/echo")]
    [InlineData("TRACE", "nowhere")]
    public async Task A_trace_is_refused(string method, string path)
    {
        var gateway = await StartAsync();

        var answer = await gateway.AskRawAsync($"{method} /{path} HTTP/1.1\r\nHost: g\r\n\r\n");

        answer.AssertProblem(GatewayProblem.Malformed, key: null, status: 405);
        Assert.Equal("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", answer.Headers["Allow"]);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task An_upgrade_is_refused()
    {
        var gateway = await StartAsync();
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send(Start + "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n");

        var answer = Answer.From((await client.ReadAnswer())!);
        var rest = await client.ReadToEnd();

        answer.AssertProblem(GatewayProblem.UpgradeRefused, "k");
        Assert.Empty(rest);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Theory]
    [InlineData(Start + "X-Content-Length: 7\r\nContent-Length: 2\r\n\r\n{}", "X-Content-Length")]
    [InlineData(Start + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}", "Expect")]
    public async Task What_could_mislead_a_provider_does_not_reach_it(string request, string header)
    {
        var gateway = await StartAsync();

        var answer = await gateway.AskRawAsync(request);

        Assert.Equal(200, answer.Status);
        Assert.False(answer.Json.GetProperty("headers").TryGetProperty(header, out _));
    }
}
