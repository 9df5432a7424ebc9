using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tls;

namespace IdempotencyGateway.Tests.Limits;

/// <summary>Request heads that are too large, too slow or malformed: the client gets a reason, its connection is closed, and the refusal is counted.</summary>
public sealed class HeadsTests : ExchangeTest
{
    private const string Good = "POST /guarded/session/ HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: good\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

    private static readonly TestAuthority Authority = new();

    private static readonly LimitsSnapshot Small = new() { Head = new() { RequestLineBytes = 300, HeadersBytes = 2048, MaxHeaders = 10, Timeout = TimeSpan.FromSeconds(1) } };

    private static readonly Dictionary<string, (string Head, GatewayProblem Problem, int Status)> Refused = new(StringComparer.Ordinal)
    {
        ["a target too long"] = ($"POST /guarded/{new string('x', 400)} HTTP/1.1\r\nHost: g\r\n\r\n", GatewayProblem.TargetTooLong, 414),
        ["a header too large"] = ($"POST /guarded/session/ HTTP/1.1\r\nHost: g\r\nx: {new string('x', 3000)}\r\n\r\n", GatewayProblem.HeadTooLarge, 431),
        ["headers too many"] = ($"POST /guarded/session/ HTTP/1.1\r\nHost: g\r\n{string.Concat(Enumerable.Range(0, 20).Select(i => $"x-{i}: y\r\n"))}\r\n", GatewayProblem.HeadTooLarge, 431),
        ["too slow"] = ("POST /guarded/session/ HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\n", GatewayProblem.HeadSlow, 408),
        ["no line of HTTP"] = ("hello\r\n\r\n", GatewayProblem.Malformed, 400),
        ["no Host"] = ("POST /guarded/session/ HTTP/1.1\r\n\r\n", GatewayProblem.Malformed, 400),
        ["no length"] = ("POST /guarded/session/ HTTP/1.1\r\nHost: g\r\nContent-Length: x\r\n\r\n", GatewayProblem.Malformed, 400),
        ["a target of OPTIONS"] = ("POST * HTTP/1.1\r\nHost: g\r\n\r\n", GatewayProblem.Malformed, 405),
    };

    public static TheoryData<string, bool, bool> Occasions
    {
        get
        {
            var occasions = new TheoryData<string, bool, bool>();
            foreach (var what in Refused.Keys)
            {
                foreach (var (pipelined, secured) in new[] { (false, false), (false, true), (true, false), (true, true) })
                    occasions.Add(what, pipelined, secured);
            }
            return occasions;
        }
    }

    [Theory]
    [MemberData(nameof(Occasions))]
    public async Task A_refused_head_is_answered_like_anything_else_and_ends_its_connection_only(string what, bool pipelined, bool secured)
    {
        var (head, problem, status) = Refused[what];
        using var certificate = Authority.Server();
        using var folder = new TlsFolder(certificate);
        await using var observed = await ObservedAsync(listen => secured ? listen with { Proxy = [new("https://127.0.0.1:0")], Tls = folder.Tls } : listen);
        using var client = secured ? await RawClient.ConnectTls(observed.Gateway.Address) : await RawClient.Connect(observed.Gateway.Address);
        await client.Send(pipelined ? Good + head : head);
        if (pipelined)
            Assert.Equal("executed", Answer.From((await client.ReadAnswer())!).Source);

        var answer = Answer.From((await client.ReadAnswer())!);
        var rest = await client.ReadToEnd();

        answer.AssertProblem(problem, key: null, status);
        Assert.Equal(("close", status == 408 ? "1" : null, status == 405 ? "OPTIONS" : null), (answer.Headers["Connection"], answer.Headers["Retry-After"], answer.Headers["Allow"]));
        Assert.Empty(rest);
        await observed.ScrapeUntilAsync($$"""idempotency_gateway_problems_total{code="{{problem.Code}}"} 1""");
        Assert.Equal(pipelined ? 1 : 0, Executions.Deliveries);
    }

    [Fact]
    public async Task Nobody_waits_for_a_head_that_is_too_slow()
    {
        await using var observed = await ObservedAsync();
        await observed.ScrapeAsync();
        using var slow = await RawClient.Connect(observed.Gateway.Address);
        await slow.Send(Refused["too slow"].Head);

        var other = await observed.Gateway.PostAsync("k");
        var answer = (await slow.ReadAnswer())!;

        Assert.Equal(("executed", 408), (other.Source, answer.Status));
        await observed.ScrapeUntilAsync("""kestrel_connection_duration_seconds_count{error_type="request_headers_timeout""");
    }

    [Fact]
    public async Task A_refused_HEAD_has_no_body()
    {
        await using var observed = await ObservedAsync();
        using var client = await RawClient.Connect(observed.Gateway.Address);
        await client.Send($"HEAD /guarded/session/ HTTP/1.1\r\nHost: g\r\nx: {new string('x', 3000)}\r\n\r\n");

        var answer = (await client.ReadAnswer(toHead: true))!;

        Assert.Equal((431, "application/problem+json"), (answer.Status, answer.Headers["Content-Type"]));
        Assert.Empty(await client.ReadToEnd());
    }

    [Fact]
    public async Task A_client_that_asks_for_text_has_it_where_it_came_to_ask()
    {
        await using var observed = await ObservedAsync();

        var answer = await observed.Gateway.AskRawAsync($"GET / HTTP/1.1\r\nHost: g\r\nAccept: text/plain\r\nx: {new string('x', 3000)}\r\n\r\n");

        Assert.Equal((431, "text/plain; charset=utf-8"), (answer.Status, answer.Headers["Content-Type"]));
        Assert.Contains("code: head-too-large", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_HTTP_2_on_an_address_of_HTTP_1_is_told_so_in_HTTP_2()
    {
        await using var observed = await ObservedAsync();
        using var client = await RawClient.Connect(observed.Gateway.Address);
        await client.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

        var goAway = await client.ReadToEnd();

        Assert.Equal([0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 13], goAway);
    }

    [Fact]
    public async Task A_version_that_nobody_knows_is_refused_with_its_status()
    {
        await using var observed = await ObservedAsync();
        using var client = await RawClient.Connect(observed.Gateway.Address);
        await client.Send("POST /guarded/session/ HTTP/4.2\r\nHost: g\r\n\r\n");

        var answer = (await client.ReadAnswer())!;

        Assert.Equal((505, "close", "0"), (answer.Status, answer.Headers["Connection"], answer.Headers["Content-Length"]));
        await observed.ScrapeUntilAsync("""idempotency_gateway_problems_total{code="malformed-request"} 1""");
    }

    private Task<ObservedGateway> ObservedAsync(Func<ListenSnapshot, ListenSnapshot>? change = null) => ObservedGateway.StartAsync(Provider.Address, setup =>
    {
        var listens = setup.Adjust;
        setup.Adjust = snapshot =>
        {
            var adjusted = listens(snapshot);
            return adjusted with { Limits = Small, Listen = change?.Invoke(adjusted.Listen) ?? adjusted.Listen };
        };
    });
}
