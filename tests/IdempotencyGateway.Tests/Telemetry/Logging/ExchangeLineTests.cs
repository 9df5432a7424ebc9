using System.Text.Json;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Telemetry.Logging;

public class ExchangeLineTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task One_line_tells_of_each_request()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(201, "{}"));
        using var configuration = new ProcessConfiguration(provider.Address);
        await using var gateway = await GatewayProcess.StartAsync(configuration.Path);

        for (var i = 0; i < 2; i++)
        {
            using var client = BareClient.Http11();
            using var request = client.Request("POST", new Uri(gateway.Address, "/guarded/session/"), new StringContent("{}"));
            request.Headers.TryAddWithoutValidation("Idempotency-Key", "a");
            request.Headers.TryAddWithoutValidation("x-api-key", "caller");
            request.Headers.TryAddWithoutValidation("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
            using var answer = await client.SendAsync(request).OrGiveUp();
        }
        await gateway.TerminateAsync().OrGiveUp();

        var lines = (await gateway.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("@i", out var id) && id.GetInt32() == IdempotencyGateway.Telemetry.EventIds.ExchangeEnded)
            // A request is logged after its answer, so the second one may be logged first.
            .OrderBy(line => line.GetProperty("Outcome").GetString(), StringComparer.Ordinal)
            .ToArray();
        Assert.Equal(["executed", "replayed"], lines.Select(line => line.GetProperty("Outcome").GetString()));
        Assert.All(lines, line =>
        {
            Assert.Equal("guarded", line.GetProperty("Route").GetString());
            Assert.Equal(201, line.GetProperty("Status").GetInt32());
            Assert.Equal(Trace, line.GetProperty("@tr").GetString());
            Assert.Matches("^[0-9a-f]{12}$", line.GetProperty("Record").GetString());
            Assert.InRange(line.GetProperty("OwnMs").GetDouble(), 0, line.GetProperty("TotalMs").GetDouble());
        });
        Assert.Equal(lines[0].GetProperty("Record").GetString(), lines[1].GetProperty("Record").GetString());
        Assert.True(lines[0].GetProperty("ProviderMs").GetDouble() > 0);
        Assert.Equal(0, lines[1].GetProperty("ProviderMs").GetDouble());
    }

    [Fact]
    public async Task The_problem_that_a_client_reports_is_found_by_its_instance()
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address);

        var answer = await gateway.PostAsync(key: null);
        await gateway.PostAsync("k");

        var instance = answer.AssertProblem(IdempotencyGateway.Problems.GatewayProblem.KeyMissing, key: null).GetProperty("instance").GetString()!["urn:uuid:".Length..];
        // A request is logged after its answer.
        await Eventually.TrueAsync("both requests are logged", () => Lines().Count == 2);
        Assert.Contains($"problem {instance}", Lines().Single(line => line.Contains(" refused 400 ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("-", Lines().Single(line => line.Contains(" executed ", StringComparison.Ordinal)).Split(", problem ")[1], StringComparison.Ordinal);

        List<string> Lines() => [.. gateway.Log.Lines.Where(line => line.Contains($"[{IdempotencyGateway.Telemetry.EventIds.ExchangeEnded}]", StringComparison.Ordinal))];
    }

    [Theory]
    [InlineData("""{ "Console": "None" }""")]
    [InlineData("""{ "LogLevel": { "Default": "Warning" } }""")]
    [InlineData("""{ "LogLevel": { "IdempotencyGateway.Telemetry": "None" } }""")]
    public async Task The_line_per_request_can_be_switched_off(string logging)
    {
        await using var provider = ScriptedProvider.Start();
        using var configuration = new ProcessConfiguration(provider.Address, logging);
        await using var gateway = await GatewayProcess.StartAsync(configuration.Path);
        using var client = BareClient.Http11();

        using var answer = await client.SendAsync(client.Request("GET", new Uri(gateway.Address, "/open/x"))).OrGiveUp();
        await gateway.TerminateAsync().OrGiveUp();

        Assert.DoesNotContain(IdempotencyGateway.Telemetry.EventIds.ExchangeEnded.ToString(System.Globalization.CultureInfo.InvariantCulture), await gateway.Output, StringComparison.Ordinal);
    }
}
