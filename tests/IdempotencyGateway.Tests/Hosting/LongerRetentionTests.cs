using System.Globalization;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Hosting;

/// <summary>A reload with a longer retention does not extend existing records. A late retry of a request from before the reload is therefore still judged by the shorter one, and refused.</summary>
public sealed class LongerRetentionTests
{
    [Fact]
    public async Task What_was_first_sent_under_a_shorter_retention_is_held_to_it()
    {
        await using var reloading = await ReloadingGateway.StartAsync(Json("30m"));
        reloading.Replace(Json("2h"));
        Assert.True((await reloading.Reload(1)).Applied);

        (await AskAsync(reloading, "late", TimeSpan.FromMinutes(31))).AssertProblem(GatewayProblem.KeyExpired, "late");
        Assert.Equal("executed", (await AskAsync(reloading, "in-time", TimeSpan.FromMinutes(29))).Source);
        Assert.Equal("executed", (await AskAsync(reloading, "new", TimeSpan.Zero)).Source);
        Assert.Equal(2, reloading.Provider.Deliveries.Count);
    }

    [Fact]
    public async Task Each_change_that_follows_remembers_the_shortest()
    {
        await using var reloading = await ReloadingGateway.StartAsync(Json("30m"));
        var count = 0;
        foreach (var retention in (string[])["2h", "1h", "4h", "8h"])
        {
            reloading.Replace(Json(retention));
            Assert.True((await reloading.Reload(++count)).Applied);
        }

        (await AskAsync(reloading, "late", TimeSpan.FromMinutes(31))).AssertProblem(GatewayProblem.KeyExpired, "late");
        Assert.Equal([30, 60, 240], reloading.Snapshots.Current.GuardedRoutes["r"].Earlier.Select(earlier => (int)earlier.Retention.TotalMinutes));
    }

    private static string Json(string retention) => ReloadingGateway.Json().Replace("\"Lease\": \"30s\"", $"\"Retention\": \"{retention}\"", StringComparison.Ordinal);

    private static Task<Answer> AskAsync(ReloadingGateway reloading, string key, TimeSpan ago)
    {
        var request = GatewayUnderTest.Post(key, path: "/guarded/x");
        request.Headers.Add("Repeatability-First-Sent", (DateTimeOffset.UtcNow - ago).ToString("R", CultureInfo.InvariantCulture));
        return reloading.Gateway.AskAsync(request);
    }
}
