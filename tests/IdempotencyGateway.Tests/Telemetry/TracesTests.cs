using System.Text;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Telemetry;

/// <summary>The spans that a collector receives from a gateway process.</summary>
public class TracesTests
{
    private const string Executing = "0af7651916cd43dd8448eb211c80319c";
    private const string Repeating = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task A_replay_links_to_the_trace_that_executed()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(201, "{}"));
        using var configuration = new ProcessConfiguration(provider.Address);

        await using (var gateway = await GatewayProcess.StartAsync(configuration.Path, Environment(collector)))
        {
            await SendAsync(gateway, Executing);
            await SendAsync(gateway, Repeating);
            var (exitCode, errors) = await gateway.TerminateAsync().OrGiveUp();
            Assert.True(exitCode == 0, errors);
        }

        var server = Assert.Single(collector.Spans, span => span.TraceId == Executing && span.Name == "POST guarded");
        Assert.Equal("named-by-the-standard-variable", server.Service);
        Assert.Equal("b7ad6b7169203331", server.ParentId);
        Assert.Equal("executed", server.Attributes["idempotency_gateway.outcome"]);
        Assert.All(
            ["claim", "forward", "record"],
            name => Assert.Equal(server.SpanId, Assert.Single(collector.Spans, span => span.TraceId == Executing && span.Name == name).ParentId));
        var forward = Assert.Single(collector.Spans, span => span.Name == "forward");
        var call = Assert.Single(collector.Spans, span => span.ParentId == forward.SpanId);

        var delivery = Assert.Single(provider.Deliveries);
        Assert.Equal($"00-{Executing}-{call.SpanId}-01", delivery.Headers["traceparent"]);

        var replay = Assert.Single(collector.Spans, span => span.Name == "replay");
        Assert.Equal(Repeating, replay.TraceId);
        Assert.Equal([(Executing, server.SpanId)], replay.Links);

        Assert.All(collector.Bodies, body => Assert.DoesNotContain("planted", Encoding.Latin1.GetString(body), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, null, null, null, false)]
    [InlineData("http://collector:4317", null, null, null, true)]
    [InlineData(null, "http://collector:4318/v1/traces", null, null, true)]
    [InlineData("", "", null, null, false)]
    [InlineData("http://collector:4317", null, "true", null, false)]
    [InlineData("http://collector:4317", null, null, "none", false)]
    public void Spans_are_exported_where_the_standard_variables_name_a_collector(
        string? endpoint, string? tracesEndpoint, string? disabled, string? exporter, bool exported) => Assert.Equal(exported, TraceExport.IsWanted(name => name switch
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT" => endpoint,
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" => tracesEndpoint,
            "OTEL_SDK_DISABLED" => disabled,
            "OTEL_TRACES_EXPORTER" => exporter,
            _ => null,
        }));

    [Fact]
    public async Task A_provider_gets_the_trace_of_its_client_without_a_collector_too()
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address);
        using var request = GatewayUnderTest.Post("a");
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{Executing}-b7ad6b7169203331-01");
        request.Headers.TryAddWithoutValidation("tracestate", "vendor=1");

        using var answer = await gateway.Client.SendAsync(request);

        var headers = Assert.Single(provider.Deliveries).Headers;
        Assert.Matches($"^00-{Executing}-(?!b7ad6b7169203331)[0-9a-f]{{16}}-01$", headers["traceparent"]);
        Assert.Equal("vendor=1", headers["tracestate"]);
    }

    private static Dictionary<string, string> Environment(OtlpReceiver collector) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_SERVICE_NAME"] = "named-by-the-standard-variable",
    };

    private static async Task SendAsync(GatewayProcess gateway, string trace)
    {
        using var client = BareClient.Http11();
        using var request = client.Request("POST", new Uri(gateway.Address, "/guarded/session/?token=planted-query"), new StringContent("\"planted body\""));
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "planted-key");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer planted-token");
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-b7ad6b7169203331-01");
        using var answer = await client.SendAsync(request).OrGiveUp();
        Assert.Equal(201, (int)answer.StatusCode);
    }
}
