using System.Text;
using System.Text.Json;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Telemetry.Logging;

/// <summary>
/// A run with the most verbose logging of all sources and secrets in every part of requests and answers. None may appear in what the gateway prints and logs, in metrics, spans and
/// the audit log, in admin responses, or in the gateway's own answers.
/// </summary>
public class RedactionTests
{
    private const string Everything = """
        { "LogLevel": { "Default": "Trace", "Microsoft": "Trace", "System": "Trace", "Yarp": "Trace",
                        "Microsoft.AspNetCore.Server.Kestrel": "Trace", "Microsoft.AspNetCore.Hosting.Diagnostics": "Trace",
                        "Yarp.ReverseProxy.Forwarder.HttpForwarder": "Trace", "Microsoft.AspNetCore.Server.Kestrel.BadRequests": "Trace" },
          "Console": "Json", "File": { "Path": "gateway.log" } }
        """;

    private static readonly Field[] SecretAnswer = [new("Set-Cookie", "planted-cookie"), new("X-Token", "planted-answer-header")];

    private static readonly Step[] Script =
    [
        Step.AfterBody.Answer(201, "planted-answer", SecretAnswer),
        Step.AfterBody.Answer(429, "planted-answer", SecretAnswer),
        Step.AfterBody.AnswerPart(200, "planted-answer", 9, SecretAnswer).Close(),
        Step.AfterBody.Send("planted-garbage\r\n\r\n").Close(),
        Step.AfterBody.Answer(200, "planted" + new string('x', 4096), SecretAnswer),
        Step.AfterBody.Answer(200, "planted-answer", SecretAnswer),
    ];

    [Fact]
    public async Task Nothing_of_keys_bodies_or_credentials_is_left()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var provider = ScriptedProvider.Start(Script);
        using var configuration = new ProcessConfiguration(
            provider.Address, Everything, """ "MaxRequestBody": "1KB", "Record": { "MaxBody": "1KB" } """);
        await using var gateway = await GatewayProcess.StartAsync(configuration.Path, new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        });

        foreach (var key in new[] { "recorded", "recorded", "released", "torn", "torn", "garbage", "large", "large" })
            await SendAsync(gateway, key);
        await SendAsync(gateway, "recorded", "planted-other-body");
        await SendAsync(gateway, key: null);
        await SendAsync(gateway, "planted\u0001invalid");
        await SendAsync(gateway, "huge", new string('p', 2000) + "planted");
        await SendAsync(gateway, "open", path: "/open/session");
        await SendAsync(gateway, "nowhere", path: "/planted-nowhere");
        await SendRawAsync(gateway, "POST /guarded/x?planted=1 HTTP/1.1\r\nHost: g\r\nx-api-key planted-without-colon\r\n\r\n");
        await SendRawAsync(gateway, "POST /guarded/x HTTP/1.1\r\nHost: g\r\nx-api-key: planted\u0000nul\r\n\r\n");
        await SendRawAsync(gateway, "POST /guarded/x HTTP/1.1\r\nHost: g\r\nIdempotency-Key: planted-chunks\r\nTransfer-Encoding: chunked\r\n\r\nplanted\r\n");
        await provider.DisposeAsync();
        await SendAsync(gateway, "unreachable");
        var told = await AskAsOperatorAsync(gateway.Addresses[^1]);
        var (exitCode, errors) = await gateway.TerminateAsync().OrGiveUp();

        var printed = await gateway.Output;
        Assert.Equal(0, exitCode);
        Assert.All(
            ["executed", "replayed", "released", "outcome_unknown", "in_doubt", "not_retained", "mismatch", "refused", "unguarded", "unreachable"],
            outcome => Assert.Contains($"\"Outcome\":\"{outcome}\"", printed, StringComparison.Ordinal));
        Assert.Contains("\"@l\":\"Debug\"", printed, StringComparison.Ordinal);
        var logged = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(configuration.Path)!, "gateway.log"));
        Assert.All(
            (printed + errors + logged + told + await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(configuration.Path)!, "audit.log"))).Split('\n'),
            line => Assert.DoesNotContain("planted", line, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("idempotency_gateway_requests_total", told, StringComparison.Ordinal);
        Assert.Contains(collector.Spans, span => span.Name == "forward");
        Assert.All(collector.Bodies, body => Assert.DoesNotContain("planted", Encoding.Latin1.GetString(body), StringComparison.OrdinalIgnoreCase));
        // The harness has already read the lines that were printed before the announcement.
        Assert.EndsWith(printed, logged, StringComparison.Ordinal);
        Assert.All(printed.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => JsonDocument.Parse(line).Dispose());
    }

    /// <summary>Reads metrics, status and configuration, and finds a record in doubt by its key and resolves it.</summary>
    private static async Task<string> AskAsOperatorAsync(Uri admin)
    {
        using var client = BareClient.Http11();
        var told = new StringBuilder();
        foreach (var path in new[] { "metrics", "status", "config", "records?state=in-doubt", "health/ready" })
            told.AppendLine(await TellAsync(client.Request("GET", new Uri(admin, path))));
        const string Question = """
            {"route":"guarded","key":"planted-torn","caller":{"headers":{"authorization":"Bearer planted-token","x-api-key":"planted-api-key"}}}
            """;
        var found = await TellAsync(client.Request("POST", new Uri(admin, "records/find"), Json(Question)));
        using var record = JsonDocument.Parse(found);
        var storageKey = record.RootElement.GetProperty("storageKey").GetString();
        var resolution = Json("""{"outcome":"executed","status":201,"body":{"session_id":"planted-resolution"}}""");
        told.AppendLine(found).AppendLine(await TellAsync(client.Request("POST", new Uri(admin, $"records/{storageKey}/resolve"), resolution)));
        return told.ToString();

        static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

        async Task<string> TellAsync(HttpRequestMessage request)
        {
            using (request)
            using (var answer = await client.SendAsync(request).OrGiveUp())
            {
                var text = await answer.Content.ReadAsStringAsync();
                Assert.True(answer.IsSuccessStatusCode || request.RequestUri!.AbsolutePath == "/health/ready", $"{request.RequestUri}: {text}");
                return text;
            }
        }
    }

    private static async Task SendAsync(
        GatewayProcess gateway, string? key, string body = "{\"document\":\"planted-body\"}", string path = "/guarded/session/?token=planted-query")
    {
        using var client = BareClient.Http11();
        using var request = client.Request("POST", new Uri(gateway.Address, path), new StringContent(body));
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", $"planted-{key}");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer planted-token");
        request.Headers.TryAddWithoutValidation("x-api-key", "planted-api-key");
        request.Headers.TryAddWithoutValidation("Cookie", "session=planted-cookie");
        try
        {
            using var answer = await client.SendAsync(request).OrGiveUp();
            // A problem may contain the client's own key, and nothing else of its request.
            if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json")
            {
                var problem = await answer.Content.ReadAsStringAsync();
                Assert.DoesNotContain("planted", key is null ? problem : problem.Replace($"planted-{key}", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
            }
        }
        catch (HttpRequestException)
        {
            // The gateway refuses some of these requests by closing the connection.
        }
    }

    private static async Task SendRawAsync(GatewayProcess gateway, string request)
    {
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send(request);
        await client.ReadAnswer();
    }
}
