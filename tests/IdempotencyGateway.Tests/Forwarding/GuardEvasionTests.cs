using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>A guard holds however its path is written: the route that passes everything else on does not pass on what a server behind it might take for the guarded one.</summary>
public sealed class GuardEvasionTests : IAsyncLifetime
{
    private KestrelProvider? _provider;
    private GatewayUnderTest? _gateway;

    private KestrelProvider Provider => _provider ?? throw new InvalidOperationException("not started");

    private GatewayUnderTest Gateway => _gateway ?? throw new InvalidOperationException("not started");

    public async Task InitializeAsync()
    {
        _provider = await KestrelProvider.StartAsync(_ => Task.CompletedTask);
        _gateway = await GatewayUnderTest.StartAsync(_provider.Address, setup => setup.Adjust = snapshot => snapshot with
        {
            Routes =
            [
                snapshot.Routes[0] with { Match = new() { Path = "/v3/session/{**rest}" }, Transforms = null },
                snapshot.Routes[1] with { RouteId = "files", Match = new() { Path = "/v3/session/files/{**rest}" }, Transforms = null, Order = 0 },
                snapshot.Routes[1] with { Match = new() { Path = "/{**rest}" }, Transforms = null },
            ],
        });
    }

    public async Task DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Provider.DisposeAsync();
    }

    [Theory]
    [InlineData("/v3/session")]
    [InlineData("/V3/Session/")]
    [InlineData("/v3/%73ession/")]
    [InlineData("/x/../v3/session/")]
    [InlineData("/x/%2e%2e/v3/session/")]
    [InlineData("http://g/v3/./session/")]
    [InlineData("/v3%2Fsession/")]
    [InlineData("/v3/se%2573sion/")]
    [InlineData("/x/%252e%252e/v3/session/")]
    [InlineData("/x/..%2fv3/session/")]
    [InlineData("//v3/session/")]
    [InlineData("/v3//session/")]
    [InlineData("http://g//v3/session/")]
    [InlineData("/v3/session;a=b/")]
    [InlineData("/v3;a/session/x")]
    [InlineData("/v3/x/..;/session/")]
    [InlineData("/v3/session./")]
    [InlineData("/v3/session%20/")]
    [InlineData("/v3/session%09")]
    [InlineData("/v3\\session/")]
    [InlineData("/v3%5Csession/")]
    [InlineData("/v3/session%3f")]
    [InlineData("/v3/session%23x")]
    public async Task Without_a_key_nothing_reaches_the_guarded_path(string target)
    {
        var answer = await AskAsync("POST", target);

        Assert.Equal(400, answer.Status);
        Assert.Equal(0, Provider.Requests.Count);
    }

    [Theory]
    [InlineData("POST", "/v3/other;a=b")]
    [InlineData("POST", "//v3/other/")]
    [InlineData("POST", "/v3/session/files/a;b")]
    [InlineData("POST", "/v3/report.json")]
    [InlineData("POST", "/v3/session/../other")]
    [InlineData("GET", "/v3//session/")]
    public async Task What_no_reading_leads_to_a_guard_goes_its_way(string method, string target)
    {
        Assert.Equal(200, (await AskAsync(method, target)).Status);
        Assert.Equal(1, Provider.Requests.Count);
    }

    [Theory]
    [InlineData("/v3/session/a%2Fb", "/v3/session/a/b")]
    [InlineData("/v3/session/%2541", "/v3/session/A")]
    [InlineData("/v3/session/%E9", "/v3/session/%EF%BF%BD")]
    [InlineData("/v3/session/x", "/v3/session/X")]
    [InlineData("/v3/session/x", "/v3/session/x/")]
    [InlineData("/v3/session/x?", "/v3/session/x")]
    [InlineData("/v3/session/x?a=1&a=2", "/v3/session/x?a=2&a=1")]
    [InlineData("/v3/session/a%20b", "/v3/session/a+b")]
    [InlineData("/v3/session/a%3Fx", "/v3/session/a?x")]
    public async Task What_a_provider_could_tell_apart_shares_no_record(string first, string second)
    {
        Assert.Equal("executed", (await AskAsync("POST", first, "k")).Source);
        Assert.Equal(422, (await AskAsync("POST", second, "k")).Status);
        Assert.Equal(1, Provider.Requests.Count);
    }

    [Theory]
    [InlineData("/v3/session/a%41", "/v3/session/aA")]
    [InlineData("/v3/session/%C3%A9", "/v3/session/%c3%a9")]
    [InlineData("/v3/session/x", "http://g/v3/session/x")]
    public async Task What_is_sent_in_the_same_way_is_the_same_request(string first, string second)
    {
        Assert.Equal("executed", (await AskAsync("POST", first, "k")).Source);
        Assert.Equal("replayed", (await AskAsync("POST", second, "k")).Source);
        Assert.Equal(1, Provider.Requests.Count);
    }

    private Task<Answer> AskAsync(string method, string target, string? key = null) =>
        Gateway.AskRawAsync($"{method} {target} HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\n{(key is null ? "" : $"Idempotency-Key: {key}\r\n")}Content-Length: 0\r\n\r\n");
}
