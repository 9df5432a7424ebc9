using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Core.Tests.Fraud.Databases;
using IdempotencyGateway.Fraud.Sources;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>A missing source makes the verdict degraded, and the profile decides what follows.</summary>
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
    public async Task The_operators_page_names_a_broken_list_a_database_that_is_not_there_and_a_service_that_is_left_alone()
    {
        await File.WriteAllTextAsync(ListFile, "this is no address\n");
        await using var service = await KestrelProvider.StartAsync(static context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        });
        var gateway = await StartAsync(Asking(service.Address) with { Lists = [List()], Databases = new() { City = Folder.File("nowhere.mmdb") } }, setup => setup.Admin = true);
        for (var i = 1; i <= 5; i++)
            await gateway.AskAsync(From(Quiet, $"k-{i}"));

        var shown = await Browser.ShownAsync(gateway.AdminAddress!);

        Assert.Contains(">ready<", shown, StringComparison.Ordinal);
        Assert.Contains($"risk source {ListFile}: line 1:", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("this is no address", shown, StringComparison.Ordinal);
        Assert.Contains($"risk source {Folder.File("nowhere.mmdb")}: ", shown, StringComparison.Ordinal);
        Assert.Contains("risk service vendor fails", shown, StringComparison.Ordinal);
        Assert.All((string[])["missing.listed", "missing.city", "missing.vendor"], missing => Assert.Contains(missing, Arrived.All[0]["Risk-Signals"]!.Split(", ")));
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

        await ReplaceAsync(ListFile, "198.51.100.1\n"u8.ToArray());
        LookTwice(files);
        await gateway.AskAsync(From(Listed, "k-1"));
        await gateway.AskAsync(From("198.51.100.1", "k-2"));
        await ReplaceAsync(ListFile, "this is no address\n"u8.ToArray());
        LookTwice(files);
        await gateway.AskAsync(From("198.51.100.1", "k-3"));
        await ReplaceAsync(ListFile, "203.0.113.0/24\n"u8.ToArray());
        LookTwice(files);
        await gateway.AskAsync(From(Listed, "k-4"));

        Assert.Equal([0, 40, 40, 40], Arrived.All.Select(seen => seen.Score));
        Assert.Equal(
            ["degraded=?0", "degraded=?0", "degraded", "degraded=?0"], Arrived.All.Select(seen => seen["Risk-Score"]!.Split(';').Single(part => part.StartsWith("degraded", StringComparison.Ordinal))));
    }

    /// <summary>Decoded records are cached, and a new file must not be answered from the old file's cache.</summary>
    [Fact]
    public async Task A_database_that_changes_answers_anew_and_a_broken_one_leaves_the_last_good_in_use()
    {
        var path = Folder.File("city.mmdb");
        await File.WriteAllBytesAsync(path, CityIn("NL"));
        var gateway = await StartAsync(Profile() with { Databases = new() { City = path } });
        var files = gateway.Get<SourceFiles>();

        await gateway.AskAsync(From(Quiet, "k-1"));
        await ReplaceAsync(path, CityIn("JP"));
        LookTwice(files);
        await gateway.AskAsync(From(Quiet, "k-2"));
        await ReplaceAsync(path, CityIn("DE")[..^200]);
        LookTwice(files);
        await gateway.AskAsync(From(Quiet, "k-3"));
        await ReplaceAsync(path, CityIn("FR"));
        LookTwice(files);
        await gateway.AskAsync(From(Quiet, "k-4"));

        string[] countries = ["NL", "JP", "JP", "FR"];
        Assert.All(countries.Zip(Arrived.All), pair => Assert.Contains($"ip.country=\"{pair.First}\"", pair.Second["Risk-Signals"], StringComparison.Ordinal));
        Assert.Equal([false, false, true, false], Arrived.All.Select(seen => seen["Risk-Signals"]!.Contains("missing.city", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_is_said_to_miss_in_the_database_that_has_it()
    {
        var path = Folder.File("country.mmdb");
        var countries = new MmdbWriter("Test-Country").Add("192.0.2.0/24", new (string, object)[] { ("country", new (string, object)[] { ("iso_code", 31U) }) });
        await File.WriteAllBytesAsync(path, countries.Write());
        var gateway = await StartAsync(Profile() with { Databases = new() { Country = path } });

        await gateway.AskAsync(From(Quiet, "k"));

        Assert.Contains("missing.country", Assert.Single(Arrived.All)["Risk-Signals"]!.Split(", "));
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

    /// <summary>Refreshes twice: the first look notices the change, the second that the file has stopped changing.</summary>
    private static void LookTwice(SourceFiles files)
    {
        files.Refresh();
        files.Refresh();
    }

    private static async Task ReplaceAsync(string path, byte[] content)
    {
        var draft = path + ".new";
        await File.WriteAllBytesAsync(draft, content);
        // A write time that certainly differs, whatever the resolution of the file system's clock.
        File.SetLastWriteTimeUtc(draft, File.GetLastWriteTimeUtc(path).AddSeconds(1));
        File.Move(draft, path, overwrite: true);
    }

    private static byte[] CityIn(string country) => new MmdbWriter("Test-City").Add("192.0.2.0/24", Records.City(country, 52.37, 4.9, 20, "Europe/Amsterdam")).Write();

    private static async Task<string> AdminAsync(GatewayUnderTest gateway, string path)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(gateway.AdminAddress!, path)).OrGiveUp();
    }
}
