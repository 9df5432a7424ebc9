using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tls;

namespace IdempotencyGateway.Tests.Configuration;

public class ProvidersSectionTests
{
    private const string P = "Providers:c";

    [Fact]
    public void Every_setting_reaches_the_snapshot_and_paths_start_at_the_files_folder()
    {
        using var file = new GatewayFile();
        using var keys = new TemporaryFolder();
        var authority = new TestAuthority();
        using var certificate = authority.Client("CN=gateway");
        File.WriteAllText(Path.Combine(file.Folder, "c.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(keys.File("c.key"), TestAuthority.KeyPem(certificate));
        File.WriteAllText(Path.Combine(file.Folder, "c.secret"), "secret");

        var snapshot = Assert.IsType<SnapshotResult.Valid>(file.Load(args:
        [
            $"--{P}:ClientCertificate:CertificateFile=c.pem", $"--{P}:ClientCertificate:KeyFile={keys.File("c.key")}", $"--{P}:OAuth:TokenUrl=https://login.example/token", $"--{P}:OAuth:ClientId=gateway",
            $"--{P}:OAuth:ClientSecretFile=c.secret", $"--{P}:OAuth:Scope=a b", $"--{P}:OAuth:Audience=x", $"--{P}:OAuth:Authentication=Form",
        ])).Snapshot;

        Assert.Equal(
            new ProviderCredentials
            {
                ClientCertificate = new(Path.Combine(file.Folder, "c.pem"), keys.File("c.key")),
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

    [Theory]
    [InlineData("https://user:hunter2@login.example/token", "https://***@login.example/token")]
    [InlineData("https://user:hunt/er2@login.example/token", "https://***@login.example/token")]
    [InlineData("user:hunter2@login.example/token", "***@login.example/token")]
    [InlineData("http://login.example/token?secret=hunter2", "http://login.example/token?***")]
    [InlineData("https://login.example/token#hunter2", "https://login.example/token#***")]
    public void A_secret_in_a_wrong_address_is_not_repeated(string url, string shown) =>
        Assert.Contains($"\"{shown}\" is not an https address", Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal($"{P}:OAuth:TokenUrl={url}"))), StringComparison.Ordinal);

    [Fact]
    public void A_wrong_token_url_is_told_without_the_word_that_stands_for_none() =>
        Assert.EndsWith("http only on this machine.", Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal($"{P}:OAuth:TokenUrl=here"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("OAuth:ClientSecretFile", null)]
    [InlineData("OAuth:ClientSecretFile", " \n")]
    [InlineData("ClientCertificate:CertificateFile", null)]
    [InlineData("ClientCertificate:CertificateFile", "no certificate")]
    public void What_a_provider_is_to_be_shown_has_to_be_there_before_the_first_request(string setting, string? content)
    {
        using var file = new GatewayFile();
        var path = Path.Combine(file.Folder, "shown");
        if (content is not null)
            File.WriteAllText(path, content);

        var loaded = file.Load(args: [$"--{P}:{setting}={path}", .. setting.StartsWith("OAuth", StringComparison.Ordinal) ? new[] { $"--{P}:OAuth:TokenUrl=https://login.example/token", $"--{P}:OAuth:ClientId=a" } : []]);

        Assert.StartsWith($"{P}:{setting} {path} ", Assert.Single(GatewayFile.Problems(loaded)), StringComparison.Ordinal);
        Assert.Contains(loaded.Files, read => read.Path == path);
    }
}
