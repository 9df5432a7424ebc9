using IdempotencyGateway.Configuration;
using IdempotencyGateway.Hosting.Commands;
using IdempotencyGateway.Tests.Configuration;
using IdempotencyGateway.Tests.Hosting;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.DryRuns;

/// <summary>Dry runs set in the configuration file: a reload applies to the next request, and nothing presents the route as guarded.</summary>
public class ConfiguredDryRunsTests
{
    [Fact]
    public async Task A_reload_begins_to_guard_with_the_next_request_and_ends_it_again()
    {
        await using var reloading = await ReloadingGateway.StartAsync(Json(isDryRun: true));

        Assert.Equal((201, null), await PostAsync(reloading));
        reloading.Replace(Json(isDryRun: false));
        Assert.True((await reloading.Reload(1)).Applied);
        Assert.Equal((201, "executed"), await PostAsync(reloading));
        Assert.Equal((201, "replayed"), await PostAsync(reloading));
        reloading.Replace(Json(isDryRun: true));
        Assert.True((await reloading.Reload(2)).Applied);
        Assert.Equal((201, null), await PostAsync(reloading));

        Assert.Equal(3, reloading.Provider.Deliveries.Count);
        Assert.Equal(2, reloading.Gateway.Log.Lines.Count(line => line.Contains("Route r is NOT protected", StringComparison.Ordinal)));
    }

    /// <summary>Backends choose a cluster by the key, which a dry run does not use.</summary>
    [Theory]
    [InlineData("true", 201)]
    [InlineData("false", 502)]
    public async Task Requests_go_to_the_route_s_own_cluster(string isDryRun, int status)
    {
        using var nobody = new ClosedPort();
        await using var reloading = await ReloadingGateway.StartAsync(
            ReloadingGateway.Json(), settings: [
                $"Idempotency:Policies:p:DryRun={isDryRun}", "Backends:b:Split:other=1", "ReverseProxy:Routes:r:Metadata:Backends=b",
                $"ReverseProxy:Clusters:other:Destinations:d:Address={nobody.Address}"]);

        Assert.Equal(status, (await PostAsync(reloading)).Status);
    }

    [Fact]
    public void Validate_says_that_a_route_is_not_protected()
    {
        using var output = new StringWriter();

        Assert.Equal(ExitCode.Success, SnapshotReport.Show(GatewayFile.LoadValid("Idempotency:Policies:create:DryRun=true"), output));

        Assert.Contains("create (DRY RUN)", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Route r is in a dry run and NOT protected", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void Operators_see_it_on_the_route_and_on_the_policy(string setting, bool isDryRun)
    {
        var snapshot = GatewayFile.LoadValid($"Idempotency:Policies:create:DryRun={setting}");
        var shown = EffectiveConfiguration.Of(snapshot);

        Assert.Equal(isDryRun, (bool)shown["Idempotency"]!["Policies"]!["create"]!["DryRun"]!);
        Assert.Equal(("create", isDryRun), ((string?)shown["ReverseProxy"]!["Routes"]!["r"]!["Idempotency"], (bool)shown["ReverseProxy"]!["Routes"]!["r"]!["DryRun"]!));
        Assert.Equal((isDryRun ? 0 : 1, isDryRun ? 1 : 0), (snapshot.GuardedRoutes.Count, snapshot.DryRuns.Count));
    }

    private static string Json(bool isDryRun) => ReloadingGateway.Json().Replace("\"Lease\":", $"\"DryRun\": {(isDryRun ? "true" : "false")}, \"Lease\":", StringComparison.Ordinal);

    private static async Task<(int Status, string? Source)> PostAsync(ReloadingGateway reloading)
    {
        var answer = await reloading.Gateway.PostAsync("k");
        return (answer.Status, answer.Source);
    }
}
