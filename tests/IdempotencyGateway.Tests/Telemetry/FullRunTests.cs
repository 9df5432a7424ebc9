using System.Net;
using System.Net.Http.Headers;
using System.Text;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Telemetry;

/// <summary>
/// A gateway process with the most verbose logging handles requests with every outcome. Then all its output and files are searched for the secrets in those requests.
/// </summary>
public sealed class FullRunTests
{
    private const string Key = "planted-key", Credential = "planted-credential", Person = "planted-person", Field = "planted-field", Query = "planted-query", Answer = "planted-answer",
        AnswerField = "planted-answer-field";

    private static readonly string[] All = [Key, Credential, Person, Field, Query, Answer, AnswerField];

    [Fact]
    public async Task Nothing_of_a_request_or_its_answer_is_in_anything_that_a_full_run_leaves()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var provider = await KestrelProvider.StartAsync(AnswerAsync);
        using var configuration = new ProcessConfiguration(
            provider.Address,
            """{ "Console": "Json", "LogLevel": { "Default": "Trace" }, "File": { "Path": "gateway.log" } }""",
            """ "Subject": ["json:/person", "header:x-person"], "Consent": { "From": ["json:/consent"] } """);
        var said = new StringBuilder();
        string secret;
        await using (var gateway = await GatewayProcess.StartAsync(configuration.Path, new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        }))
        {
            using var client = new HttpClient { BaseAddress = gateway.Address, Timeout = Patience.Limit };
            var statuses = await AskForEverythingAsync(client, gateway.Addresses[^1], said);
            Assert.Equal([201, 201, 422, 400, 403, 502, 409, 200, 410, 404, 200], statuses);
            secret = await File.ReadAllTextAsync(Path.Combine(Folder(configuration), "store.secret"));
            var (exitCode, errors) = await gateway.TerminateAsync();
            Assert.Equal(0, exitCode);
            said.Append(await gateway.Output).Append(errors);
        }
        Assert.NotEmpty(collector.Bodies);
        foreach (var body in collector.Bodies)
            said.Append(Encoding.Latin1.GetString(body));
        foreach (var file in Directory.GetFiles(Folder(configuration)).Where(file => !file.EndsWith("store.secret", StringComparison.Ordinal)))
            said.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));

        // The output contains what it may contain, so there is something to search.
        Assert.All(["idempotency_gateway_", "erase subject", "guarded", "POST"], word => Assert.Contains(word, said.ToString(), StringComparison.Ordinal));
        Assert.All(All, word => Assert.DoesNotContain(word, said.ToString(), StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(secret.Trim(), said.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Requests that are executed, replayed, mismatched, without a key, without a consent, in doubt, retried in doubt, erased, retried after erasure, or unrouted; then the metrics.</summary>
    private static async Task<List<int>> AskForEverythingAsync(HttpClient client, Uri admin, StringBuilder said)
    {
        var body = $$"""{"person":"{{Person}}","consent":"yes","field":"{{Field}}"}""";
        List<int> statuses =
        [
            await PostAsync(Key, body),
            await PostAsync(Key, body),
            await PostAsync(Key, body.Replace("yes", "no", StringComparison.Ordinal)),
            await PostAsync(key: null, body),
            await PostAsync(Key + "-2", body.Replace("consent", "other", StringComparison.Ordinal)),
            await PostAsync(Key + "-lost", body),
            await PostAsync(Key + "-lost", body),
            await TellAsync(new(HttpMethod.Post, new Uri(admin, "/subjects/erase")) { Content = Json($$"""{"subject":"{{Person}}"}""") }),
            await PostAsync(Key, body),
            await PostAsync(Key, body, "/nowhere/"),
            await TellAsync(new(HttpMethod.Get, new Uri(admin, "/metrics"))),
        ];
        return statuses;

        async Task<int> PostAsync(string? key, string content, string path = "/guarded/session/")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{path}?token={Query}") { Content = Json(content) };
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Credential}");
            if (key is not null)
                request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            // A problem may contain the client's own key, and nothing else that the client sent.
            if (!answer.IsSuccessStatusCode)
                said.Append(text.Replace(Key, "", StringComparison.Ordinal));
            return (int)answer.StatusCode;
        }

        async Task<int> TellAsync(HttpRequestMessage request)
        {
            using (request)
            {
                using var answer = await client.SendAsync(request);
                said.Append(answer.Headers).Append(await answer.Content.ReadAsStringAsync());
                return (int)answer.StatusCode;
            }
        }
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers["Idempotency-Key"].ToString().Contains("lost", StringComparison.Ordinal))
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = (int)HttpStatusCode.Created;
        context.Response.Headers["X-Note"] = AnswerField;
        await context.Response.WriteAsync(Answer);
    }

    private static StringContent Json(string text) => new(text, new MediaTypeHeaderValue("application/json"));

    private static string Folder(ProcessConfiguration configuration) => Path.GetDirectoryName(configuration.Path)!;
}
