using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Fraud.Sources;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>A source that is missing is told, and what follows is the profile's to say.</summary>
public sealed class DegradedTests : FraudTest
{
    [Fact]
    public async Task A_list_that_is_not_there_is_told()
    {
        File.Delete(ListFile);
        var gateway = await StartAsync(Profile(List()), setup => setup.Admin = true);

        await gateway.AskAsync(From(Listed, "k"));

        var seen = Assert.Single(Arrived.All);
        Assert.EndsWith(";degraded", seen["Risk-Score"], StringComparison.Ordinal);
        Assert.Contains("missing.listed", seen["Risk-Signals"], StringComparison.Ordinal);
        Assert.Contains(ListFile, await AdminAsync(gateway, "/health/ready"), StringComparison.Ordinal);
        Assert.Contains("idempotency_gateway_risk_degraded_total{route=\"guarded\"} 1", await AdminAsync(gateway, "/metrics"), StringComparison.Ordinal);
        Assert.Contains(gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(ListFile, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_profile_may_refuse_what_it_cannot_judge()
    {
        File.Delete(ListFile);
        var gateway = await StartAsync(Profile(List()) with { OnDegraded = OnDegraded.Block });

        (await gateway.AskAsync(From(Quiet, "k"))).AssertProblem(GatewayProblem.Blocked, "k");

        Assert.Null(await gateway.FindAsync("k"));
    }

    [Fact]
    public async Task A_list_that_changes_is_read_anew_and_a_broken_one_leaves_the_last_good_in_use()
    {
        var gateway = await StartAsync(Profile(List()));
        var files = gateway.Get<SourceFiles>();

        await ReplaceListAsync("198.51.100.1\n");
        LookTwice(files);
        await gateway.AskAsync(From(Listed, "k-1"));
        await gateway.AskAsync(From("198.51.100.1", "k-2"));
        await ReplaceListAsync("this is no address\n");
        LookTwice(files);
        await gateway.AskAsync(From("198.51.100.1", "k-3"));
        await ReplaceListAsync("203.0.113.0/24\n");
        LookTwice(files);
        await gateway.AskAsync(From(Listed, "k-4"));

        Assert.Equal([0, 40, 40, 40], Arrived.All.Select(seen => seen.Score));
        Assert.Equal(
            ["degraded=?0", "degraded=?0", "degraded", "degraded=?0"], Arrived.All.Select(seen => seen["Risk-Score"]!.Split(';').Single(part => part.StartsWith("degraded", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_does_not_count_leaves_the_request_to_be_sent_and_the_verdict_degraded(bool isSilent)
    {
        var never = new TaskCompletionSource<Track[]>();
        var profile = Profile() with { Velocity = [new(VelocityBy.Ip, [VelocityWindow.Minute], 1, 2)], Budget = TimeSpan.FromMilliseconds(20) };
        var gateway = await StartAsync(profile, setup => setup.WrapStore = store => new UncountedStore(
            store, () => isSilent ? new(never.Task) : ValueTask.FromException<Track[]>(new StoreUnavailableException(StoreFailure.Unreachable, "gone"))));

        var answer = await gateway.AskAsync(From(Quiet, "k"));

        Assert.Equal((201, GuardedHeaders.Executed), (answer.Status, answer.Source));
        Assert.Contains("missing.sightings", Assert.Single(Arrived.All)["Risk-Signals"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_s_score_counts()
    {
        await using var service = await KestrelProvider.StartAsync(static context => context.Response.WriteAsync("""{"risk":{"score":80}}"""));
        var gateway = await StartAsync(Asking(service.Address));

        await gateway.AskAsync(From(Quiet, "k"));

        var seen = Assert.Single(Arrived.All);
        Assert.Equal(80, seen.Score);
        Assert.Contains("EXTERNAL_SCORE;g=external;w=80;by=\"vendor\"", seen["Risk-Reasons"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, """{"risk":{"score":80}}""")]
    [InlineData(302, """{"risk":{"score":80}}""")]
    [InlineData(200, """{"risk":{"score":800}}""")]
    [InlineData(200, """{"risk":{}}""")]
    [InlineData(200, "no JSON")]
    public async Task A_service_that_gives_no_score_is_missing(int status, string answer)
    {
        await using var service = await KestrelProvider.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return context.Response.WriteAsync(answer);
        });
        var gateway = await StartAsync(Asking(service.Address));

        await gateway.AskAsync(From(Quiet, "k"));

        Assert.Equal(0, Assert.Single(Arrived.All).Score);
        Assert.Contains("missing.vendor", Arrived.All[0]["Risk-Signals"], StringComparison.Ordinal);
        Assert.Equal(1, service.Requests.Count);
    }

    [Fact]
    public async Task A_service_that_is_silent_costs_its_time_and_no_more_and_is_left_alone_after_a_while()
    {
        var never = new Gate();
        await using var service = await KestrelProvider.StartAsync(_ => never.Opened);
        var gateway = await StartAsync(Asking(service.Address, TimeSpan.FromMilliseconds(50)), setup => setup.Admin = true);
        Assert.DoesNotContain("vendor", await AdminAsync(gateway, "/health/ready"), StringComparison.Ordinal);

        for (var i = 1; i <= 8; i++)
            Assert.Equal(201, (await gateway.AskAsync(From(Quiet, $"k-{i}"))).Status);

        Assert.All(Arrived.All, seen => Assert.Contains("missing.vendor", seen["Risk-Signals"], StringComparison.Ordinal));
        Assert.InRange(service.Requests.Count, 0, 5);
        Assert.Contains("risk service vendor fails", await AdminAsync(gateway, "/health/ready"), StringComparison.Ordinal);
        never.Open();
    }

    private static FraudProfile Asking(Uri service, TimeSpan? timeout = null) => Profile() with
    {
        External = [new("vendor", service, timeout ?? Patience.Limit, Assert.IsType<JsonPointer>(JsonPointer.TryParse("/risk/score", out var pointer) ? pointer : null))],
    };

    /// <summary>The first finds that it has changed, the second that it is whole.</summary>
    private static void LookTwice(SourceFiles files)
    {
        files.Refresh();
        files.Refresh();
    }

    private async Task ReplaceListAsync(string text)
    {
        var draft = ListFile + ".new";
        await File.WriteAllTextAsync(draft, text);
        // Whatever the file system's clock can tell apart.
        File.SetLastWriteTimeUtc(draft, File.GetLastWriteTimeUtc(ListFile).AddSeconds(1));
        File.Move(draft, ListFile, overwrite: true);
    }

    private static async Task<string> AdminAsync(GatewayUnderTest gateway, string path)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(gateway.AdminAddress!, path)).OrGiveUp();
    }
}
