using System.Globalization;
using System.Text.RegularExpressions;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Hosting.Commands;
using IdempotencyGateway.Tests.HouseRules;

namespace IdempotencyGateway.Tests.Configuration;

/// <summary>The deployments in config/deploy use valid configurations and leave the gateway enough time to stop.</summary>
public partial class DeploymentTests
{
    private static readonly string Sidecar = Repository.Read("config/deploy/kubernetes/sidecar.yaml");
    private static readonly string Compose = Repository.Read("config/deploy/compose.yaml");
    private static readonly string Unit = Repository.Read("config/deploy/idempotency-gateway.service");

    [Fact]
    public void The_sidecars_configuration_is_valid_and_its_admin_address_has_a_token()
    {
        var indented = Sidecar.Split("gateway.json: |\n")[1].Split("\n---")[0];
        using var file = new GatewayFile(indented);

        var snapshot = Assert.IsType<SnapshotResult.Valid>(file.Load()).Snapshot;

        Assert.True(snapshot.Listen.AdminIsExposed);
        Assert.Contains($"mountPath: {Path.GetDirectoryName(snapshot.Admin.TokenFile)}", Sidecar, StringComparison.Ordinal);
        Assert.True(SecondsIn(Sidecar, @"terminationGracePeriodSeconds: (\d+)") > SecondsIn(Sidecar, @"sleep: \{ seconds: (\d+)") + snapshot.Shutdown.Grace.TotalSeconds);
    }

    [Theory]
    [InlineData("compose.yaml", 2)]
    [InlineData("idempotency-gateway.service", 3)]
    public void Settings_in_variables_are_settings(string name, int count)
    {
        var given = Variable().Matches(Repository.Read($"config/deploy/{name}")).ToDictionary(
            variable => variable.Groups["name"].Value, string? (variable) => variable.Groups["value"].Value.Trim(), StringComparer.Ordinal);
        using var file = new GatewayFile();

        Assert.Equal(count, given.Count);
        Assert.Empty(GatewayFile.Problems(file.Load(given)));
    }

    [Fact]
    public void Nobody_is_killed_before_the_grace_time_is_over()
    {
        var grace = new ShutdownSnapshot().Grace.TotalSeconds;

        Assert.True(SecondsIn(Compose, @"stop_grace_period: (\d+)s") > grace);
        Assert.True(SecondsIn(Unit, @"TimeoutStopSec=(\d+)") > grace);
    }

    [Fact]
    public void A_wrong_configuration_is_not_started_again_and_again() =>
        Assert.Contains($"RestartPreventExitStatus={ExitCode.Configuration}", Unit, StringComparison.Ordinal);

    private static int SecondsIn(string text, string pattern) =>
        int.Parse(Assert.Single(Regex.Matches(text, pattern)).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?:#\s+)?(?:Environment=)?(?<name>IDEMPOTENCY_GATEWAY__\w+)[:=]\s*(?<value>.+)$", RegexOptions.Multiline)]
    private static partial Regex Variable();
}
