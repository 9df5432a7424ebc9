using System.Net.Http.Json;
using System.Text.Json;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Fleet;
using IdempotencyGateway.Tests.Testing.Redis;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Fleet;

/// <summary>Gateways on one Redis are one gateway to whoever is counted.</summary>
public sealed class CountTogetherTests(ITestOutputHelper output) : FleetTest(output)
{
    private const string Counting = """ "Velocity": [ { "By": "Ip", "Windows": ["60s", "24h"], "Soft": 1000, "Hard": 2000 } ], "Budget": "10s" """;

    [Fact]
    public async Task Two_replicas_count_together_and_a_storm_over_both_counts_as_one_request()
    {
        await using var redis = await RedisProcess.StartAsync("appendfsync everysec");
        await using var fleet = await GatewayFleet.StartAsync(2, Provider.Address, RedisStore(redis.Port), """ "InFlight": { "Timeout": "30s" } """, Counting);

        Assert.Contains("vel.ip.60=1,", await SignalsAsync(fleet[0], "k-1"), StringComparison.Ordinal);
        Assert.Contains("vel.ip.60=2,", await SignalsAsync(fleet[1], "k-2"), StringComparison.Ordinal);
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => SignalsAsync(fleet[i % 2], "storm")));
        Assert.Contains("vel.ip.60=4,", await SignalsAsync(fleet[0], "k-4"), StringComparison.Ordinal);
        Assert.Contains("vel.ip.86400=5", await SignalsAsync(fleet[1], "k-5"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sixty_four_writers_at_once_over_three_replicas_are_counted_exactly()
    {
        const int Writers = 64;
        const int RequestsEach = 5;
        await using var redis = await RedisProcess.StartAsync("appendfsync everysec");
        await using var fleet = await GatewayFleet.StartAsync(3, Provider.Address, RedisStore(redis.Port), "", Counting);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var request = 0; request < RequestsEach; request++)
                await SignalsAsync(fleet[(writer + request) % 3], $"k-{writer}-{request}");
        }));

        Assert.Contains($"vel.ip.86400={Writers * RequestsEach + 1}", await SignalsAsync(fleet[0], "last"), StringComparison.Ordinal);
    }

    /// <summary>What the provider saw, as it says in its answer.</summary>
    private static async Task<string> SignalsAsync(Replica replica, string key)
    {
        using var client = new HttpClient();
        using var request = GatewayUnderTest.Post(key, path: "/v3/echo");
        request.RequestUri = new Uri(replica.Process.Address, "/v3/echo");
        using var response = await client.SendAsync(request).OrGiveUp();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("headers").ToString();
    }
}
