using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Tests.Configuration;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Admin.Access;

/// <summary>Sources of admin tokens, and the errors when a token is missing or invalid.</summary>
public sealed class AdminTokensTests : AdminTest
{
    [Theory]
    [InlineData("0123456789abcdef\n", "0123456789abcdef", "token file")]
    [InlineData("\n# night shift\n  night   0123456789abcdef  \nday fedcba9876543210", "0123456789abcdef", "night")]
    [InlineData("night 0123456789abcdef\nday fedcba9876543210", "fedcba9876543210", "day")]
    [InlineData("night 0123456789abcdef", "0123456789abcdeF", null)]
    [InlineData("night 0123456789abcdef", "night", null)]
    [InlineData("night 0123456789abcdef", "", null)]
    public void A_file_holds_one_or_more_and_may_name_them(string text, string presented, string? name)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("token"), text);

        Assert.Equal(name, AdminTokens.Open(Snapshot(folder.File("token")), fromEnvironment: null).NameOf(presented));
    }

    [Fact]
    public void A_token_is_read_from_the_environment() =>
        Assert.Equal("environment", AdminTokens.Open(Snapshot(null, "http://0.0.0.0:9090"), "0123456789abcdef").NameOf("0123456789abcdef"));

    [Theory]
    [InlineData("short", "openssl rand")]
    [InlineData("a b c", "one token a line")]
    [InlineData("", "holds 0 tokens")]
    [InlineData("0123456789abcdé", "visible ASCII")]
    public void A_file_that_is_no_good_says_what_to_write(string text, string remedy)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("token"), text);

        var refused = Assert.Throws<AdminTokenException>(() => AdminTokens.Open(Snapshot(folder.File("token")), fromEnvironment: null));

        Assert.Contains(remedy, refused.Message, StringComparison.Ordinal);
        if (text.Length > 0)
            Assert.DoesNotContain(text, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_token_file_is_an_error() =>
        Assert.Contains("cannot be read", Assert.Throws<AdminTokenException>(() => AdminTokens.Open(Snapshot("/nowhere/token"), null)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_exposed_address_without_any_token_is_refused_at_the_start() =>
        Assert.Contains(
            "Admin:TokenFile", Assert.Throws<AdminTokenException>(() => AdminTokens.Open(Snapshot(null, "http://0.0.0.0:9090"), fromEnvironment: "")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("http://0.0.0.0:9090", true)]
    [InlineData("http://[::]:9090", true)]
    [InlineData("http://10.1.2.3:9090", true)]
    [InlineData("http://127.0.0.1:9090", false)]
    [InlineData("http://[::1]:9090", false)]
    [InlineData("http://localhost:9090", false)]
    [InlineData("none", false)]
    public void An_exposed_address_without_a_token_is_a_configuration_error(string admin, bool needsToken)
    {
        var problems = GatewayFile.Problems(GatewayFile.LoadMinimal($"Listen:Admin={admin}"));
        var withFile = GatewayFile.Problems(GatewayFile.LoadMinimal($"Listen:Admin={admin}", "Admin:TokenFile=token"));
        using var file = new GatewayFile();
        var withVariable = GatewayFile.Problems(file.Load(
            new Dictionary<string, string?> { [AdminTokens.Variable] = "0123456789abcdef" }, $"--Listen:Admin={admin}"));

        Assert.Empty(withFile);
        Assert.Empty(withVariable);
        if (needsToken)
            Assert.StartsWith($"Listen:Admin {admin} can be reached from other machines, and there is no token", Assert.Single(problems), StringComparison.Ordinal);
        else
            Assert.Empty(problems);
    }

    [Fact]
    public async Task The_process_does_not_start_exposed_without_a_token()
    {
        using var file = new GatewayFile(GatewayFile.Minimal.Replace(
            "\"Idempotency\"", "\"Listen\": { \"Proxy\": [\"http://127.0.0.1:0\"], \"Admin\": \"http://0.0.0.0:0\" }, \"Idempotency\"", StringComparison.Ordinal));

        var ended = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayProcess.StartAsync(file.Path));

        Assert.Contains("ended with 78", ended.Message, StringComparison.Ordinal);
        Assert.Contains("Admin:TokenFile", ended.Message, StringComparison.Ordinal);
    }
}
