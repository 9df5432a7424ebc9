using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Fleet;
using IdempotencyGateway.Tests.Testing.Redis;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Fleet;

/// <summary>Gateways on one Redis share their velocity counts, as if they were one gateway.</summary>
public sealed partial class CountTogetherTests(ITestOutputHelper output) : FleetTest(output)
{
    private const string Counting = """ "Velocity": [ { "By": "Ip", "Windows": ["60s", "24h"], "Soft": 1000, "Hard": 2000 } ], "Budget": "10s" """;

    private const string CountingEverything = """
        "Subject": [ "json:/vendor_data" ], "Budget": "10s",
        "Velocity": [
          { "By": "Ip", "Windows": ["1h", "24h"], "Soft": 1000, "Hard": 2000 },
          { "By": "Credential", "Windows": ["1h", "24h"], "Soft": 1000, "Hard": 2000 },
          { "By": "Subject", "Windows": ["1h", "24h"], "Soft": 1000, "Hard": 2000 },
          { "By": "Device", "Windows": ["1h", "24h"], "Soft": 1000, "Hard": 2000 },
          { "By": "Ip", "Distinct": "Subject", "Windows": ["1h"], "Soft": 10, "Hard": 20 },
          { "By": "Subject", "Distinct": "Device", "Windows": ["1h"], "Soft": 10, "Hard": 20 }
        ]
        """;

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

    [Fact]
    public async Task A_storm_of_a_thousand_duplicates_over_three_replicas_leaves_every_count_as_one_request_would()
    {
        var afterOne = await NextAfterAsync(duplicates: 1);
        var afterStorm = await NextAfterAsync(duplicates: 1000);

        Assert.Equal(afterOne, afterStorm);
        string[] counts =
        [
            .. from who in (string[])["ip", "cred", "subject", "dev"] from window in (int[])[3600, 86400] select $"vel.{who}.{window}=12",
            "vel.ip.subject.3600=1", "vel.subject.dev.3600=1", "beh.body_repeat=1", "beh.reject_ratio=0.909",
            "beh.key_mismatch", "IDEMPOTENCY_KEY_REUSE;g=behaviour;w=15;n=1;win=3600",
        ];
        Assert.All(counts, count => Assert.Contains(count, afterStorm, StringComparison.Ordinal));
        Assert.DoesNotContain("dev.new", afterStorm, StringComparison.Ordinal);
    }

    /// <summary>
    /// Sends ten requests that the provider refuses; then, <paramref name="duplicates"/> times each and over all replicas at once, one that it accepts and one that reuses an earlier key
    /// with another body; then the accepted body again under a new key.
    /// </summary>
    /// <returns>The risk headers of the last request.</returns>
    private async Task<string> NextAfterAsync(int duplicates)
    {
        await using var redis = await RedisProcess.StartAsync("appendfsync everysec");
        await using var fleet = await GatewayFleet.StartAsync(3, Provider.Address, RedisStore(redis.Port), """ "InFlight": { "Timeout": "30s" } """, CountingEverything);
        for (var i = 0; i < 10; i++)
            await SignalsAsync(fleet[i % 3], $"refused-{i}", $$"""{"vendor_data":"anna","attempt":{{i}}}""", simulate: "status=422");
        const string Body = """{"vendor_data":"anna"}""";
        await Task.WhenAll(Enumerable.Range(0, duplicates).Select(i => SignalsAsync(fleet[i % 3], "storm", Body)));
        await Task.WhenAll(Enumerable.Range(1, duplicates).Select(i => SignalsAsync(fleet[i % 3], "refused-0", Body)));
        return DeviceId().Replace(await SignalsAsync(fleet[1], "next", Body), "");
    }

    /// <summary>The device id, a hash under a key that differs per fleet.</summary>
    [GeneratedRegex("dev\\.id=:[^:]*:")]
    private static partial Regex DeviceId();

    /// <summary>Returns the risk headers that the provider received, from its echo; empty if <paramref name="simulate"/> made it answer otherwise.</summary>
    private static async Task<string> SignalsAsync(Replica replica, string key, string body = GatewayUnderTest.SessionBody, string? simulate = null)
    {
        using var client = new HttpClient();
        using var request = GatewayUnderTest.Post(key, body, "/v3/echo");
        request.RequestUri = new Uri(replica.Process.Address, "/v3/echo");
        if (simulate is not null)
            request.Headers.Add("X-Simulate", simulate);
        using var response = await client.SendAsync(request).OrGiveUp();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return answer.TryGetProperty("headers", out var headers)
            ? string.Join('\n', headers.EnumerateObject().Where(header => header.Name is "Risk-Signals" or "Risk-Reasons").Select(header => header.ToString()))
            : "";
    }
}
