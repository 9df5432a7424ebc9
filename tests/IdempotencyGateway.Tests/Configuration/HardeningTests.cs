using System.Text.RegularExpressions;
using IdempotencyGateway.Tests.HouseRules;

namespace IdempotencyGateway.Tests.Configuration;

/// <summary>Every deployment in this repository runs the gateway without what it does not need: root, capabilities, a writable file system, core dumps.</summary>
public class HardeningTests
{
    private static readonly string Image = Repository.Read("Dockerfile");
    private static readonly string Compose = WithoutComments("config/deploy/compose.yaml");
    private static readonly string Sidecar = WithoutComments("config/deploy/kubernetes/sidecar.yaml");
    private static readonly string Unit = WithoutComments("config/deploy/idempotency-gateway.service");

    [Fact]
    public void The_image_runs_as_nobody_special_and_has_no_shell()
    {
        var last = Image[Image.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];

        Assert.Contains("-chiseled", last.Split('\n')[1], StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?m)^RUN ", last);
        var user = Assert.Single(Regex.Matches(last, @"(?m)^USER (\d+):(\d+)$"));
        Assert.DoesNotContain("0", user.Groups.Values.Skip(1).Select(group => group.Value));
        Assert.Equal(["/data"], Regex.Matches(last, @"(?m)^VOLUME (.+)$").Select(volume => volume.Groups[1].Value));
        Assert.Contains("DOTNET_EnableDiagnostics=0", last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--read-only")]
    [InlineData("--cap-drop ALL")]
    [InlineData("--security-opt no-new-privileges")]
    [InlineData("--ulimit core=0")]
    public void The_docker_run_command_in_the_Dockerfile_sets_the_hardening_option(string option) => Assert.Contains(option, Image, StringComparison.Ordinal);

    [Theory]
    [InlineData(@"(?m)^    read_only: true$")]
    [InlineData(@"(?m)^    cap_drop: \[ALL\]$")]
    [InlineData(@"(?m)^    security_opt: \[""no-new-privileges:true""\]$")]
    [InlineData(@"(?m)^    ulimits: \{ core: 0 \}$")]
    [InlineData(@"(?m)^      - \.\./:/etc/idempotency-gateway:ro$")]
    public void The_compose_file_sets_the_hardening_option(string line) => Assert.Matches(line, Compose);

    [Theory]
    [InlineData(@"securityContext: \{[^}]*runAsNonRoot: true[^}]*runAsUser: [1-9]\d*")]
    [InlineData(@"seccompProfile: \{ type: RuntimeDefault \}")]
    [InlineData(@"securityContext: \{ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: \{ drop: \[ALL\] \} \}")]
    [InlineData(@"automountServiceAccountToken: false")]
    [InlineData(@"mountPath: /etc/idempotency-gateway, readOnly: true")]
    [InlineData(@"limits: \{ memory: \d+Mi \}")]
    public void The_Kubernetes_sidecar_sets_the_hardening_option(string pattern) => Assert.Matches(pattern, Sidecar);

    [Theory]
    [InlineData("DynamicUser=yes")]
    [InlineData("StateDirectoryMode=0700")]
    [InlineData("ProtectSystem=strict")]
    [InlineData("NoNewPrivileges=yes")]
    [InlineData("CapabilityBoundingSet=")]
    [InlineData("LimitCORE=0")]
    [InlineData("Environment=DOTNET_EnableDiagnostics=0")]
    public void The_systemd_unit_sets_the_hardening_option(string line) => Assert.Contains(line, Unit.Split('\n'));

    [Fact]
    public void No_deployment_asks_for_privileges() => Assert.All(
        [Compose, Sidecar, Unit], text => Assert.DoesNotMatch(@"(?i)privileged: *true|cap_add|hostNetwork: *true|hostPID|User=root|docker\.sock", text));

    private static string WithoutComments(string path) => Regex.Replace(Repository.Read(path), @"(?m)^\s*#.*$", "");
}
