using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Hazards;

/// <summary>The log file's disk is full and the console's pipe has no reader: the gateway keeps serving, and its metrics count the lost log events.</summary>
public sealed class LogsThatCannotBeWrittenTests : ExchangeTest, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Requests_are_answered_and_the_lines_that_nobody_gets_are_counted()
    {
        await using var gateway = await GatewayProcess.StartAsync(WriteConfiguration(), unread: true);
        using var client = new HttpClient();

        using (var request = GatewayUnderTest.Post("k", path: "/v3/session/"))
        {
            request.RequestUri = new(gateway.Address, "/v3/session/");
            Assert.Equal("executed", (await Answer.ReadAsync(client.SendAsync(request))).Source);
        }

        var metrics = new Uri(gateway.Addresses[1], "/metrics");
        await Eventually.TrueAsync("both targets' losses are counted", async () =>
        {
            var scrape = await client.GetStringAsync(metrics);
            return ((string[])["console", "file"]).All(
                target => ObservedGateway.Value(scrape, $$"""idempotency_gateway_log_events_lost_total{target="{{target}}"}""") > 0);
        });
    }

    private string WriteConfiguration()
    {
        File.WriteAllText(_folder.File("gateway.json"), $$"""
            {
              "Listen": { "Proxy": ["http://127.0.0.1:0"], "Admin": "http://127.0.0.1:0" },
              "Store": { "Sqlite": { "Path": "gateway.db" }, "SecretFile": "store.secret" },
              "Idempotency": { "Policies": { "tested": {} } },
              "Logging": { "Console": "Json", "File": { "Path": "/dev/full" } },
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "provider", "Match": { "Path": "/{**path}" }, "Metadata": { "Idempotency": "tested" } } },
                "Clusters": { "provider": { "Destinations": { "one": { "Address": "{{Provider.Address}}" } } } }
              }
            }
            """);
        return _folder.File("gateway.json");
    }
}
