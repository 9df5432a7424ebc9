using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Telemetry;

public class MetricsEndpointTests
{
    private const string Requests = "idempotency_gateway_requests_total";

    [Fact]
    public async Task A_scrape_tells_how_requests_ended()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(201, "{}"), Step.AfterBody.Answer(429), Step.AfterBody.Reset());
        await using var observed = await ObservedGateway.StartAsync(provider.Address);
        foreach (var (key, body) in new[] { ("a", "{}"), ("a", "{}"), ("a", "[]"), ("b", "{}"), ("c", "{}"), ("c", "{}"), (null, "{}") })
        {
            using var answer = await observed.Gateway.SendAsync(key, body);
        }
        using (await observed.Gateway.Client.GetAsync("/nowhere"))
        {
        }

        string[] outcomes = ["executed", "replayed", "mismatch", "released", "outcome_unknown", "in_doubt", "refused"];
        var text = await observed.ScrapeUntilAsync(
            [
                .. outcomes.Select(outcome => $$"""{{Requests}}{outcome="{{outcome}}",route="guarded"} 1"""),
                $$"""{{Requests}}{outcome="no_route",route="other"} 1""",
                """idempotency_gateway_exchange_duration_seconds_count{outcome="no_route",route="other"} 1""",
                "idempotency_gateway_records_in_doubt 1",
            ]);

        Assert.Equal(2, ObservedGateway.Value(text, """idempotency_gateway_duplicates_avoided_total{route="guarded"}"""));
        Assert.Equal(1, ObservedGateway.Value(text, """idempotency_gateway_problems_total{code="idempotency-key-missing"}"""));
        Assert.Equal(1, ObservedGateway.Value(text, "idempotency_gateway_doubts_total"));
        // The mismatched request also hit the in-memory copy, and then left the decision to the store.
        Assert.Equal(2, ObservedGateway.Value(text, "idempotency_gateway_cache_hits_total"));
        Assert.Equal(5, ObservedGateway.Value(text, """idempotency_gateway_store_operation_duration_seconds_count{operation="claim"}"""));
    }

    [Fact]
    public async Task Nothing_of_the_client_becomes_a_label()
    {
        await using var provider = ScriptedProvider.Start();
        await using var observed = await ObservedGateway.StartAsync(provider.Address);
        using (await observed.Gateway.SendAsync("planted-key", path: "/guarded/planted-path?planted=query", caller: "planted-caller"))
        {
        }

        Assert.DoesNotContain("planted", await observed.ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scrape_is_clean_and_holds_what_the_parts_below_measure()
    {
        await using var provider = ScriptedProvider.Start();
        await using var observed = await ObservedGateway.StartAsync(provider.Address);
        await observed.ScrapeAsync();
        using (await observed.Gateway.SendAsync("a"))
        {
        }

        var text = await observed.ScrapeUntilAsync("yarp_requests_failed_total");

        await Tool.SucceedsAsync("promtool", ["check", "metrics"], text);
        Assert.All(
            ["http_server_request_duration_seconds_count", "kestrel_active_connections", "http_client_request_duration_seconds_count", "dotnet_gc_collections_total", "yarp_requests_failed_total"],
            name => Assert.Contains($"\n{name}", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("text/plain", "text/plain; version=0.0.4; charset=utf-8", false)]
    [InlineData("*/*", "text/plain; version=0.0.4; charset=utf-8", false)]
    [InlineData("application/openmetrics-text; version=1.0.0", "application/openmetrics-text; version=1.0.0; charset=utf-8", true)]
    [InlineData("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5", "application/openmetrics-text; version=1.0.0; charset=utf-8", true)]
    [InlineData("application/openmetrics-text;q=0.2,text/plain;q=0.5", "text/plain; version=0.0.4; charset=utf-8", false)]
    public async Task The_form_is_the_one_that_was_asked_for(string accept, string contentType, bool ends)
    {
        await using var provider = ScriptedProvider.Start();
        await using var observed = await ObservedGateway.StartAsync(provider.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(observed.AdminAddress, "metrics"));
        request.Headers.TryAddWithoutValidation("Accept", accept);

        using var answer = await observed.Gateway.Client.SendAsync(request);

        Assert.Equal(contentType, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(ends, (await answer.Content.ReadAsStringAsync()).EndsWith("# EOF\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slow_request_can_be_found_by_its_trace()
    {
        await using var provider = ScriptedProvider.Start();
        await using var observed = await ObservedGateway.StartAsync(provider.Address);
        using var request = GatewayUnderTest.Post("a");
        request.Headers.TryAddWithoutValidation("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using (await observed.Gateway.Client.SendAsync(request))
        {
        }

        await observed.ScrapeUntilAsync("""idempotency_gateway_requests_total{outcome="executed",route="guarded"} 1""");
        var text = await observed.ScrapeAsync("application/openmetrics-text");

        Assert.Contains(
            text.Split('\n'),
            line => line.StartsWith("idempotency_gateway_exchange_duration_seconds_bucket{", StringComparison.Ordinal)
                && line.Contains("# {trace_id=\"0af7651916cd43dd8448eb211c80319c\"} 0.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Clients_cannot_scrape()
    {
        await using var provider = ScriptedProvider.Start();
        await using var observed = await ObservedGateway.StartAsync(provider.Address);

        using var answer = await observed.Gateway.Client.GetAsync("/metrics");

        Assert.Equal(404, (int)answer.StatusCode);
    }
}
