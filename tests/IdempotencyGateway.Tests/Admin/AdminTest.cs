using System.Text;
using System.Text.Json;
using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Configuration;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Admin;

/// <summary>Base class for tests of the admin listener.</summary>
public abstract class AdminTest : ExchangeTest
{
    protected const string Token = "correct-horse-battery-staple";

    /// <summary>Starts a gateway with an admin listener on loopback that needs no token.</summary>
    protected Task<GatewayUnderTest> StartOpenAsync(Action<GatewaySetup>? configure = null) => StartAsync(setup =>
    {
        setup.Admin = true;
        configure?.Invoke(setup);
    });

    /// <summary>Starts a gateway whose admin listener requires <see cref="Token"/>, a token named "ops".</summary>
    protected Task<GatewayUnderTest> StartLockedAsync() => StartOpenAsync(setup => setup.AdminTokens = Tokens());

    protected static AdminTokens Tokens()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("token"), $"# who is on call\nops {Token}\n");
        return AdminTokens.Open(Snapshot(folder.File("token")), fromEnvironment: null);
    }

    protected static GatewaySnapshot Snapshot(string? tokenFile, string admin = "http://127.0.0.1:0") =>
        tokenFile is null
            ? GatewayFile.LoadValid("Listen:Admin=" + (admin.Contains("127.0.0.1", StringComparison.Ordinal) ? admin : "http://127.0.0.1:1"))
                with
            { Listen = new([new("http://127.0.0.1:0")], new Uri(admin)) }
            : GatewayFile.LoadValid($"Listen:Admin={admin}", $"Admin:TokenFile={tokenFile}");

    protected static Task<Answer> GetAsync(GatewayUnderTest gateway, string path, string? token = null) => AskAsync(gateway, HttpMethod.Get, path, token: token);

    protected static Task<Answer> PostAsync(GatewayUnderTest gateway, string path, string json, string? token = null) =>
        AskAsync(gateway, HttpMethod.Post, path, json, token);

    protected static async Task<Answer> AskAsync(
        GatewayUnderTest gateway, HttpMethod method, string path, string? json = null, string? token = null, Action<HttpRequestMessage>? adjust = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(gateway.AdminAddress!, path));
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        adjust?.Invoke(request);
        return await gateway.AskAsync(request);
    }

    /// <summary>Puts this key's record into doubt: the provider executes, and its answer is lost.</summary>
    protected static async Task DoubtAsync(GatewayUnderTest gateway, string key, string caller = "caller-1")
    {
        var request = GatewayUnderTest.Post(key, caller: caller);
        request.Headers.Add("X-Simulate", "execute-then-reset");
        Assert.Equal(502, (await gateway.AskAsync(request)).Status);
    }

    protected static void AssertRefused(Answer answer, int status, string code)
    {
        Assert.True(answer.Status == status, $"{answer.Status} {answer.Text}");
        Assert.Equal("application/problem+json", answer.Headers["Content-Type"]);
        Assert.Equal(code, answer.Json.GetProperty("code").GetString());
        Assert.Equal(status, answer.Json.GetProperty("status").GetInt32());
        Assert.NotEmpty(answer.Json.GetProperty("detail").GetString()!);
    }

    /// <summary>The lines of the audit log.</summary>
    protected static JsonElement[] AuditOf(GatewayUnderTest gateway) =>
    [
        .. File.ReadAllLines(gateway.Get<SnapshotSource>().Current.Admin.AuditFile).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }),
    ];

    protected static string[] StagesOf(IEnumerable<JsonElement> lines) => [.. lines.Select(line => line.GetProperty("stage").GetString()!)];
}
