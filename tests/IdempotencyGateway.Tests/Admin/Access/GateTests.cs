using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Admin.Access;

/// <summary>Which requests may reach the admin endpoints.</summary>
public sealed class GateTests : AdminTest
{
    public static TheoryData<string, string> Guarded => new()
    {
        { "GET", "/status" },
        { "GET", "/records?state=in-doubt" },
        { "POST", "/records/find" },
        { "GET", $"/records/{new string('0', 64)}" },
        { "POST", $"/records/{new string('0', 64)}/resolve" },
        { "DELETE", $"/records/{new string('0', 64)}" },
        { "GET", "/config" },
        { "GET", "/openapi.json" },
        { "GET", "/nowhere" },
        { "PUT", "/config" },
    };

    [Theory]
    [MemberData(nameof(Guarded))]
    public async Task If_tokens_are_set_a_request_without_one_learns_nothing(string method, string path)
    {
        var gateway = await StartLockedAsync();

        var without = await AskAsync(gateway, new(method), path);
        var wrong = await AskAsync(gateway, new(method), path, token: Token + "x");

        AssertRefused(without, 401, "unauthorized");
        Assert.Equal("Bearer realm=\"idempotency-gateway-admin\"", without.Headers["WWW-Authenticate"]);
        AssertRefused(wrong, 401, "unauthorized");
        Assert.EndsWith("error=\"invalid_token\"", wrong.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_with_the_token_is_answered()
    {
        var gateway = await StartLockedAsync();

        Assert.Equal(200, (await GetAsync(gateway, "/status", Token)).Status);
        AssertRefused(await GetAsync(gateway, "/nowhere", Token), 404, "not-found");
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/")]
    public async Task Health_and_the_empty_page_need_no_token(string path) => Assert.Equal(200, (await GetAsync(await StartLockedAsync(), path)).Status);

    [Theory]
    [InlineData("Host: evil.example", 403)]
    [InlineData("Host: 127.0.0.1.evil.example", 403)]
    [InlineData("Host: 10.0.0.1", 403)]
    [InlineData("Host: localhost:9090", 200)]
    [InlineData("Host: [::1]:9090", 200)]
    public async Task If_no_token_is_set_only_requests_for_a_loopback_host_name_are_answered(string host, int status)
    {
        var gateway = await StartOpenAsync();

        Assert.Equal(status, (await RawClient.Exchange(gateway.AdminAddress!, $"GET /status HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n"))!.Status);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Another_sites_page_changes_nothing_with_or_without_a_token(string header, string value)
    {
        var open = await StartOpenAsync();
        var locked = await StartLockedAsync();

        foreach (var (gateway, token) in new[] { (open, null), (locked, Token) })
        {
            await DoubtAsync(gateway, "k");
            var record = $"/records/{gateway.StorageKeyOf("k")}";
            AssertRefused(await AskAsync(gateway, HttpMethod.Delete, record, token: token, adjust: r => r.Headers.Add(header, value)), 403, "cross-site");
            AssertRefused(
                await AskAsync(gateway, HttpMethod.Post, record + "/resolve", """{"outcome":"never-sent"}""", token, r => r.Headers.Add(header, value)), 403, "cross-site");
            Assert.Equal("in-doubt", (await GetAsync(gateway, record, token)).Json.GetProperty("state").GetString());
        }
    }

    [Fact]
    public async Task A_page_of_the_admin_address_itself_may_change_records()
    {
        var gateway = await StartOpenAsync();
        await DoubtAsync(gateway, "k");

        var answer = await AskAsync(gateway, HttpMethod.Delete, $"/records/{gateway.StorageKeyOf("k")}", adjust: request =>
        {
            request.Headers.Add("Origin", gateway.AdminAddress!.GetLeftPart(UriPartial.Authority));
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
        });

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task No_answer_may_be_read_by_another_site_or_kept()
    {
        var gateway = await StartOpenAsync();

        var answer = await AskAsync(gateway, HttpMethod.Get, "/status", adjust: request => request.Headers.Add("Origin", "http://evil.example"));

        Assert.False(answer.Headers.Has("Access-Control-Allow-Origin"));
        Assert.Equal(("no-store", "nosniff", "no-referrer"), (answer.Headers["Cache-Control"], answer.Headers["X-Content-Type-Options"], answer.Headers["Referrer-Policy"]));
    }

    [Fact]
    public async Task The_admin_endpoints_are_not_reachable_at_the_proxy_address()
    {
        var gateway = await StartOpenAsync();

        foreach (var path in new[] { "/status", "/config", "/health/ready", "/" })
            Assert.Equal(404, (await gateway.AskAsync(new HttpRequestMessage(HttpMethod.Get, path))).Status);
    }
}
