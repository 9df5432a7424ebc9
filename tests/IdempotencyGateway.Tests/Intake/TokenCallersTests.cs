using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tokens;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>Callers identified by a token: they stay the same caller with a refreshed token, and a request without a valid token is refused.</summary>
public sealed class TokenCallersTests : ExchangeTest
{
    [Fact]
    public async Task A_refreshed_token_is_the_same_caller_and_another_subject_is_not()
    {
        var gateway = await StartAsync(TestIssuer.Snapshot());

        var first = await AskAsync(gateway, TestIssuer.Token());
        var refreshed = await AskAsync(gateway, TestIssuer.Token());
        var other = await AskAsync(gateway, TestIssuer.Token(TestIssuer.Claims("user-2")));

        Assert.Equal((GuardedHeaders.Executed, GuardedHeaders.FromRecord), (first.Source, refreshed.Source));
        Assert.Equal(first.Text, refreshed.Text);
        Assert.Equal(GuardedHeaders.Executed, other.Source);
        Assert.NotEqual(first.Text, other.Text);
        Assert.Equal(2, Executions.Total);
    }

    [Fact]
    public async Task A_namesake_of_another_issuer_is_another_caller()
    {
        using var folder = new TemporaryFolder();
        using var copy = new TemporaryFolder();
        var theirs = TestIssuer.Claims();
        theirs["iss"] = "https://other.example";
        var one = await StartAsync(TestIssuer.Snapshot(), folder: folder);
        Assert.Equal(GuardedHeaders.Executed, (await AskAsync(one, TestIssuer.Token())).Source);
        // The same store, route, idempotency key and signing keys; only the issuer's name differs.
        StoreFiles.CopyUnclosed(folder.File("gateway.db"), copy.File("gateway.db"));
        var gateway = await StartAsync(TestIssuer.Snapshot() with { Issuer = "https://other.example" }, folder: copy);

        Assert.Equal(GuardedHeaders.Executed, (await AskAsync(gateway, TestIssuer.Token(theirs))).Source);
        (await AskAsync(gateway, TestIssuer.Token())).AssertProblem(GatewayProblem.CallerUnknown, "k");
        Assert.Equal(2, Executions.Total);
    }

    [Fact]
    public async Task An_expired_token_gets_no_replay()
    {
        var clock = new ManualTimeProvider();
        var gateway = await StartAsync(TestIssuer.Snapshot(), clock);
        var token = TestIssuer.Token();
        Assert.Equal(GuardedHeaders.Executed, (await AskAsync(gateway, token)).Source);

        clock.JumpWallClock(TestIssuer.Later - clock.GetUtcNow() + TimeSpan.FromMinutes(1));

        var answer = await AskAsync(gateway, token);
        answer.AssertProblem(GatewayProblem.CallerUnknown, "k");
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Headers["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("Basic dTpw")]
    [InlineData("Bearer")]
    [InlineData("Bearer not.a.token")]
    [InlineData("DPoP x")]
    [InlineData(null)]
    public async Task Without_a_token_the_caller_is_unknown_whatever_else_is_sent(string? authorization)
    {
        var gateway = await StartAsync(TestIssuer.Snapshot());

        var answer = await SendAsync(gateway, authorization);

        answer.AssertProblem(GatewayProblem.CallerUnknown, "k");
        Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_request_with_two_tokens_has_no_caller()
    {
        var gateway = await StartAsync(TestIssuer.Snapshot());
        var token = $"Authorization: Bearer {TestIssuer.Token()}\r\n";

        // Sent raw, because HttpClient would merge both lines into one.
        (await gateway.AskRawAsync($"POST /guarded/session/ HTTP/1.1\r\nHost: g\r\n{token}{token}Idempotency-Key: k\r\nContent-Length: 0\r\n\r\n"))
            .AssertProblem(GatewayProblem.CallerUnknown, "k");
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_token_that_cannot_be_checked_is_503_and_not_the_clients_fault()
    {
        using var closed = new ClosedPort();
        var gateway = await StartAsync(TestIssuer.Snapshot(url: new(closed.Address, "/keys")));

        var answer = await AskAsync(gateway, TestIssuer.Token());

        answer.AssertProblem(GatewayProblem.CallerUnverifiable, "k");
        Assert.InRange(int.Parse(answer.Headers["Retry-After"]!, System.Globalization.CultureInfo.InvariantCulture), 1, 10);
        Assert.Null(answer.Headers["WWW-Authenticate"]);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_key_that_is_found_in_the_body_belongs_to_the_tokens_caller()
    {
        Assert.True(KeySource.TryParse("json:/workflow_id", out var from));
        var gateway = await StartAsync(TestIssuer.Snapshot(), change: policy => policy with { Key = policy.Key with { From = [from] } });

        Assert.Equal(GuardedHeaders.Executed, (await AskAsync(gateway, TestIssuer.Token(), key: null)).Source);
        Assert.Equal(GuardedHeaders.FromRecord, (await AskAsync(gateway, TestIssuer.Token(), key: null)).Source);
        Assert.Equal(GuardedHeaders.Executed, (await AskAsync(gateway, TestIssuer.Token(TestIssuer.Claims("user-2")), key: null)).Source);
        (await AskAsync(gateway, "not.a.token", key: null)).AssertProblem(GatewayProblem.CallerUnknown, key: null);
    }

    private static Task<Answer> AskAsync(GatewayUnderTest gateway, string token, string? key = "k") => SendAsync(gateway, $"Bearer {token}", key);

    private static async Task<Answer> SendAsync(GatewayUnderTest gateway, string? authorization, string? key = "k")
    {
        using var request = GatewayUnderTest.Post(key);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await gateway.AskAsync(request);
    }

    private Task<GatewayUnderTest> StartAsync(IssuerSnapshot issuer, TimeProvider? clock = null, Func<IdempotencyPolicy, IdempotencyPolicy>? change = null, TemporaryFolder? folder = null) =>
        StartAsync(setup =>
        {
            // The test tokens are valid on the manual clock's day only.
            setup.Clock = clock ?? new ManualTimeProvider();
            setup.Folder = folder;
            setup.Policy = setup.Policy with { Caller = new() { Scope = CallerScopeKind.Jwt, Issuer = issuer, Headers = [] } };
            setup.Policy = change?.Invoke(setup.Policy) ?? setup.Policy;
        });
}
