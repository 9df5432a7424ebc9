using IdempotencyGateway.Tests.Configuration;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Hosting.Commands;

/// <summary>The validate command reports every reason for which a gateway would refuse to start, as far as it can be found without starting one.</summary>
public sealed class ValidateCommandTests : IDisposable
{
    private readonly GatewayFile _file = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Admin:TokenFile=$/none", "Admin:TokenFile: $/none cannot be read")]
    [InlineData("Admin:TokenFile=$/text", "$/text: a token is 16 or more visible ASCII characters")]
    [InlineData("Store:SecretFile=$/text", "Store:SecretFile: $/text is not 32 bytes in base64")]
    [InlineData("Store:SecretFile=/proc/none/secret", "Store:SecretFile: /proc/none/secret cannot be read or made")]
    [InlineData("Store:SecretFile=$/folder", "Store:SecretFile: $/folder cannot be read or made ('$/folder' is a folder.)")]
    [InlineData("Store:Sqlite:Path=$/folder", "$/folder: cannot be read and written ('$/folder' is a folder.)")]
    [InlineData("Store:Encryption:KeyRingFile=$/none", "Store:Encryption:KeyRingFile: $/none is not there")]
    [InlineData("Store:Encryption:KeyRingFile=$/text", "Store:Encryption:KeyRingFile: $/text")]
    [InlineData("Store:Sqlite:Path=$/text", "$/text: is not a SQLite database")]
    [InlineData("Store:Sqlite:Path=/proc/none/gateway.db", "/proc/none/gateway.db: cannot be read and written")]
    [InlineData("Store:Sqlite:Path=$/lost.db", "$/lost.db: is missing, but $/lost.db.redo is there")]
    [InlineData("Logging:File:Path=/proc/none/gateway.log", "Logging:File:Path: /proc/none/gateway.log cannot be written")]
    [InlineData("Store:Redis:PasswordFile=$/none", "Store:Redis:PasswordFile: $/none cannot be read", "Store:Kind=Redis")]
    [InlineData("Store:Redis:CaFile=$/none", "Store:Redis:CaFile: $/none cannot be read as PEM", "Store:Kind=Redis", "Store:Redis:Tls=true")]
    public async Task What_the_gateway_would_not_start_for_is_told_and_ends_with_78(string setting, string refusal, params string[] others)
    {
        Directory.CreateDirectory(_folder.File("folder"));
        File.WriteAllText(_folder.File("text"), "not it\n");
        File.SetUnixFileMode(_folder.File("text"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(_folder.File("lost.db.redo"), "something");

        var (code, output, error) = await CommandLineTests.InvokeAsync(
            ["validate", "--config", _file.Path, .. ((string[])[setting, .. others]).Select(one => "--" + Placed(one))]);

        Assert.Equal((78, ""), (code, output));
        Assert.Contains(Placed(refusal), error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_reports_all_problems_at_once()
    {
        var (_, _, error) = await CommandLineTests.InvokeAsync(
            "validate", "--config", _file.Path, "--Store:SecretFile=/proc/none/secret", "--Logging:File:Path=/proc/none/gateway.log");

        Assert.Equal(2, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Validate_creates_no_files()
    {
        var (code, _, error) = await CommandLineTests.InvokeAsync(
            "validate", "--config", _file.Path, Placed("--Store:SecretFile=$/a/secret"), Placed("--Store:Sqlite:Path=$/b/gateway.db"), Placed("--Logging:File:Path=$/gateway.log"));

        Assert.Equal((0, ""), (code, error));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_fraud_source_that_is_not_there_is_told_and_is_no_mistake()
    {
        File.WriteAllText(_folder.File("list"), "192.0.2.1\n");

        var (code, output, error) = await CommandLineTests.InvokeAsync(
            "validate", "--config", _file.Path, Placed("--Store:SecretFile=$/secret"), Placed("--Store:Sqlite:Path=$/gateway.db"),
            "--Fraud:Profiles:p:Lists:0:Name=here", Placed("--Fraud:Profiles:p:Lists:0:Path=$/list"), Placed("--Fraud:Profiles:p:Databases:Asn=$/asn.mmdb"));

        Assert.Equal((0, ""), (code, error));
        Assert.EndsWith(Placed("$/asn.mmdb does not exist: until it does, verdicts of the fraud profile p are degraded.\n"), output, StringComparison.Ordinal);
        Assert.DoesNotContain(Placed("$/list"), output, StringComparison.Ordinal);
    }

    private string Placed(string text) => text.Replace("$", _folder.Path, StringComparison.Ordinal);
}
