using System.CommandLine;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Hosting.Commands;
using IdempotencyGateway.Tests.Configuration;

namespace IdempotencyGateway.Tests.Hosting.Commands;

/// <summary>The commands with arguments as from a shell, run in this process.</summary>
public class CommandLineTests
{
    [Fact]
    public async Task Validate_prints_the_routes_and_what_guards_them()
    {
        using var file = new GatewayFile();

        var (code, output, error) = await InvokeAsync(
            "validate", "--config", file.Path, "--Store:Sqlite:Path=/tmp/g/g.db", "--Store:SecretFile=/tmp/g/secret",
            "--ReverseProxy:Routes:open:ClusterId=c", "--ReverseProxy:Routes:open:Match:Path=/open");

        Assert.Equal(
            """
            listen   http://0.0.0.0:8080
            admin    http://127.0.0.1:9090
            store    Sqlite /tmp/g/g.db
            secret   /tmp/g/secret

            route  path       policy       methods      key              scope                                   cluster  destinations            lease  deadline  retention
            open   /open      (unguarded)                                                                        c        http://127.0.0.1:5000/
            r      /{**rest}  create       PATCH, POST  Idempotency-Key  Credentials (authorization, x-api-key)  c        http://127.0.0.1:5000/  30s    2m        1d

            """,
            output,
            ignoreLineEndingDifferences: true);
        Assert.Equal((0, ""), (code, error));
    }

    [Fact]
    public async Task Validate_names_servers_as_they_are_written()
    {
        using var file = new GatewayFile();

        var (_, output, _) = await InvokeAsync(
            "validate", "--config", file.Path, "--Store:Kind=RedLock", "--Store:RedLock:Nodes:0=a:1", "--Store:RedLock:Nodes:1=b:2", "--Store:RedLock:Nodes:2=[::1]:3");

        Assert.Contains("store    RedLock a:1, b:2, [::1]:3, guarding localhost:6379\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("validate")]
    [InlineData("run")]
    [InlineData]
    public async Task A_wrong_configuration_is_told_to_stderr_and_ends_with_78(params string[] command)
    {
        using var file = new GatewayFile();

        var (code, output, error) = await InvokeAsync([.. command, "--config", file.Path, "--Cache:MaxAge=1d", "--Stor:Kind=Sqlite"]);

        Assert.Equal((78, ""), (code, output));
        Assert.Contains("2 mistakes", error, StringComparison.Ordinal);
        Assert.Contains("  Cache:MaxAge  (command line: --Cache:MaxAge)\n      \"1d\" is not a duration", error, StringComparison.Ordinal);
        Assert.Contains("Did you mean Store?", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("validate")]
    [InlineData("run")]
    [InlineData]
    public async Task A_missing_file_is_named_and_ends_with_78(params string[] command)
    {
        var (code, _, error) = await InvokeAsync([.. command, "--config", "no/such.json"]);

        Assert.Equal(78, code);
        Assert.Contains($"{Path.GetFullPath("no/such.json")}\n      does not exist: name the configuration with --config <file>.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistyped_command_starts_nothing()
    {
        using var file = new GatewayFile();

        var (code, _, error) = await InvokeAsync("validat", "--config", file.Path);

        Assert.Equal(78, code);
        Assert.Contains("validat\n      is neither a command nor a setting", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_the_commands()
    {
        var (code, output, _) = await InvokeAsync("--help");

        Assert.Equal(0, code);
        Assert.All(["run", "validate", "health", "demo", "--config"], name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_setting_before_the_commands_name_counts_like_one_behind_it()
    {
        using var file = new GatewayFile();

        var (_, _, error) = await InvokeAsync("--Stor:Kind=Sqlite", "validate", "--config", file.Path, "--Cach:A=1");

        Assert.Contains("2 mistakes", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("validate")]
    [InlineData]
    public async Task Help_says_how_a_setting_is_given(params string[] command)
    {
        var (_, output, _) = await InvokeAsync([.. command, "--help"]);

        Assert.Contains("--Section:Name=value", output, StringComparison.Ordinal);
        Assert.DoesNotContain("dditional", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData]
    public async Task A_valid_configuration_runs_and_the_run_decides_the_exit_code(params string[] command)
    {
        using var file = new GatewayFile();
        GatewaySnapshot? seen = null;

        var (code, output, error) = await InvokeAsync(
            (snapshots, _) =>
            {
                seen = snapshots.Current;
                return Task.FromResult(7);
            },
            [.. command, "--config", file.Path, "--Shutdown:Grace=3s"]);

        Assert.Equal((7, "", ""), (code, output, error));
        Assert.Equal(TimeSpan.FromSeconds(3), seen!.Shutdown.Grace);
    }

    internal static Task<(int Code, string Output, string Error)> InvokeAsync(params string[] args) =>
        InvokeAsync((_, _) => throw new InvalidOperationException("nothing should have run"), args);

    private static async Task<(int Code, string Output, string Error)> InvokeAsync(Func<SnapshotSource, CancellationToken, Task<int>> runAsync, string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await GatewayCommandLine.Create(new Dictionary<string, string?>(), runAsync).Parse(args)
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (code, output.ToString(), error.ToString());
    }
}
