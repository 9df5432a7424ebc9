using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Configuration;

public class LayersTests
{
    private static readonly Dictionary<string, string?> Environment = new()
    {
        ["IDEMPOTENCY_GATEWAY__Shutdown__Grace"] = "20s",
        ["IDEMPOTENCY_GATEWAY__Cache__MaxSize"] = "2MB",
        ["Shutdown__Grace"] = "not ours",
        ["PATH"] = "/bin",
    };

    private readonly string _json = GatewayFile.Minimal.Insert(1, """ "Shutdown": { "Grace": "10s" }, """);

    [Fact]
    public void The_file_counts_where_nothing_is_laid_over_it() => Assert.Equal(TimeSpan.FromSeconds(10), Load().Shutdown.Grace);

    [Fact]
    public void The_environment_goes_before_the_file()
    {
        var snapshot = Load(Environment);
        Assert.Equal(TimeSpan.FromSeconds(20), snapshot.Shutdown.Grace);
        Assert.Equal(2 * 1024 * 1024, snapshot.Cache.MaxBytes);
    }

    [Fact]
    public void The_command_line_goes_before_both() =>
        Assert.Equal(TimeSpan.FromSeconds(30), Load(Environment, "--Shutdown:Grace=30s").Shutdown.Grace);

    [Fact]
    public void A_value_may_hold_equals_signs() =>
        Assert.EndsWith("/a=b", GatewayFile.LoadValid("ReverseProxy:Clusters:c:Destinations:d:Address=http://x/a=b").Clusters[0].Destinations!["d"].Address, StringComparison.Ordinal);

    [Theory]
    [InlineData("validat")]
    [InlineData("--Store:Kind")]
    [InlineData("--=x")]
    [InlineData("Store:Kind=Sqlite")]
    public void An_argument_that_is_no_setting_is_an_error_beside_the_others(string argument)
    {
        using var file = new GatewayFile();

        var problems = GatewayFile.Problems(file.Load(null, argument, "--Shutdown:Grace=x"));

        Assert.Equal(2, problems.Length);
        Assert.Contains($"{argument} is neither a command nor a setting: settings are written --Store:Sqlite:Path=data/gateway.db.", problems);
        Assert.Contains(problems, p => p.StartsWith("Shutdown:Grace ", StringComparison.Ordinal));
    }

    private GatewaySnapshot Load(Dictionary<string, string?>? environment = null, params string[] args)
    {
        using var file = new GatewayFile(_json);
        return Assert.IsType<SnapshotResult.Valid>(file.Load(environment, args)).Snapshot;
    }
}
