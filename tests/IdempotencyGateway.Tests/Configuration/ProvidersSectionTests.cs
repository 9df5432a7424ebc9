using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Configuration;

public class ProvidersSectionTests
{
    private const string P = "Providers:c";

    [Fact]
    public void Every_setting_reaches_the_snapshot_and_paths_start_at_the_files_folder()
    {
        using var file = new GatewayFile();

        var snapshot = Assert.IsType<SnapshotResult.Valid>(file.Load(args:
        [
            $"--{P}:ClientCertificate:CertificateFile=c.pem", $"--{P}:ClientCertificate:KeyFile=/keys/c.key", $"--{P}:OAuth:TokenUrl=https://login.example/token", $"--{P}:OAuth:ClientId=gateway",
            $"--{P}:OAuth:ClientSecretFile=c.secret", $"--{P}:OAuth:Scope=a b", $"--{P}:OAuth:Audience=x", $"--{P}:OAuth:Authentication=Form",
        ])).Snapshot;

        Assert.Equal(
            new ProviderCredentials
            {
                ClientCertificate = new(Path.Combine(file.Folder, "c.pem"), "/keys/c.key"),
                OAuth = new()
                {
                    TokenUrl = new("https://login.example/token"),
                    ClientId = "gateway",
                    ClientSecretFile = Path.Combine(file.Folder, "c.secret"),
                    Scope = "a b",
                    Audience = "x",
                    Authentication = ClientAuthentication.Form,
                },
            },
            snapshot.Providers["C"]);
    }

    [Theory]
    [InlineData("Providers:d:OAuth:Authentication=Basic", "Providers:d")]
    [InlineData($"{P}:ClientCertificate:KeyFile=c.key", $"{P}:ClientCertificate:CertificateFile")]
    [InlineData($"{P}:OAuth:TokenUrl=http://login.example/token", $"{P}:OAuth:TokenUrl", $"{P}:OAuth:ClientId=a", $"{P}:OAuth:ClientSecretFile=s")]
    [InlineData($"{P}:OAuth:TokenUrl=https://user:password@login.example/token", $"{P}:OAuth:TokenUrl", $"{P}:OAuth:ClientId=a", $"{P}:OAuth:ClientSecretFile=s")]
    [InlineData($"{P}:OAuth:ClientId=a", $"{P}:OAuth:TokenUrl", $"{P}:OAuth:ClientSecretFile=s")]
    [InlineData($"{P}:OAuth:ClientId=a", $"{P}:OAuth:ClientSecretFile", $"{P}:OAuth:TokenUrl=http://127.0.0.1:1/token")]
    [InlineData($"{P}:OAuth:ClientSecretFile=s", $"{P}:OAuth:ClientId", $"{P}:OAuth:TokenUrl=http://localhost:1/token")]
    [InlineData($"{P}:OAuth:ClientSecret=s", $"{P}:OAuth:ClientSecret")]
    public void A_mistake_is_one_problem_at_its_path(string setting, string path, params string[] others)
    {
        var problem = Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal([setting, .. others])));
        Assert.StartsWith($"{path} ", problem, StringComparison.Ordinal);
    }
}
