using System.Collections.Frozen;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>
/// A guarded path cannot be reached around its guard by writing it differently: the unguarded catch-all route refuses every path that a server behind it might normalise to a guarded one.
/// </summary>
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
    [InlineData("/v3/se%2525252573sion/")]
    [InlineData("/v3/%252e/session/")]
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
    [InlineData("/v3/\\session/")]
    [InlineData("/v3%5Csession/")]
    [InlineData("/v3/session%3f")]
    [InlineData("/v3/session%23x")]
    [InlineData("/v3/session%2500x")]
    [InlineData("/v3%5csession/")]
    [InlineData("/x/.%2e/v3/session/")]
    [InlineData("/x/%2e%2e%5cv3/session/")]
    [InlineData("/v3%c0%afsession/")]
    [InlineData("/v3%E0%80%AFsession/")]
    [InlineData("/v3%F0%80%80%AFsession/")]
    [InlineData("/v3%25c0%25afsession/")]
    [InlineData("/v3%c1%9csession/")]
    [InlineData("/v%c0%b3/session/")]
    [InlineData("/x/%c0%ae%c0%ae/v3/session/")]
    [InlineData("/v3%EF%BC%8Fsession/")]
    [InlineData("/v3/%EF%BD%93ession/")]
    [InlineData("/x/..%20/v3/session/")]
    // Guarded for a server that applies three normalisations at once.
    [InlineData("/v3\\\\session;a=b/")]
    // Not guarded for a server that applies all normalisations, but for one that applies only the first.
    [InlineData("//v3/session/..;/")]
    [InlineData("//v3/session/..%5C..%5Cx")]
    [InlineData("//v3/session/..%20/..%20/x")]
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
    [InlineData("POST", "/v3/report.v1.json?at=//x;y=../%5c%2F")]
    [InlineData("POST", "/v3/other/a%2Fb")]
    [InlineData("POST", "/v3/other/%EF%BC%8F%EF%BD%93")]
    [InlineData("POST", "/x/v3%2Fsession")]
    [InlineData("GET", "/v3//session/")]
    [InlineData("GET", "/v3/session;a=b/x.pdf")]
    public async Task What_no_reading_leads_to_a_guard_goes_its_way(string method, string target)
    {
        Assert.Equal(200, (await AskAsync(method, target)).Status);
        Assert.Equal(1, Provider.Requests.Count);
    }

    [Theory]
    [InlineData("/v3/session/a%2Fb", "/v3/session/a/b")]
    [InlineData("/v3/session/a%2Fb", "/v3/session/a%2fb")]
    [InlineData("/v3/session/a%2Fb", "/v3/session/a%252Fb")]
    [InlineData("/v3/session/a%252Fb", "/v3/session/a%25252Fb")]
    [InlineData("/v3/session/%E9", "/v3/session/%25E9")]
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

    /// <summary>A guarded route may let methods pass that another route guards.</summary>
    [Fact]
    public async Task A_route_that_guards_other_methods_is_no_way_around_either()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Provider.Address, setup => setup.Adjust = snapshot =>
        {
            var deletions = new IdempotencyPolicy { Name = "deletions", Methods = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "DELETE") };
            var deletion = snapshot.Routes[0] with { RouteId = "deletion", Match = new() { Path = "/guarded/{id}", Methods = ["DELETE"] }, Order = 0 };
            return snapshot with
            {
                Routes = [deletion, .. snapshot.Routes],
                GuardedRoutes = snapshot.GuardedRoutes.Append(new("deletion", new("deletion", deletions))).ToFrozenDictionary(),
            };
        });

        Assert.Equal(400, (await gateway.AskRawAsync(Head("DELETE", "/guarded/x%5C..%5Cy"))).Status);
        Assert.Equal(400, (await gateway.AskRawAsync(Head("DELETE", "/guarded//x"))).Status);
        Assert.Equal(0, Provider.Requests.Count);
        Assert.Equal(200, (await gateway.AskRawAsync(Head("DELETE", "/guarded/x/a.b;c"))).Status);
    }

    /// <summary>The rival route may not match: routing prefers the guarded one, or it is unknown whether the normalised request would meet the rival's other conditions.</summary>
    [Theory]
    [InlineData("files/{**rest}", 2)]
    [InlineData("{**rest}", 1)]
    [InlineData("files/{**rest}", 0, "GET")]
    [InlineData("files/{**rest}", 0, null, "files.example")]
    [InlineData("files/{**rest}", 0, null, null, "x-files")]
    [InlineData("files/{**rest}", 0, null, null, null, "files")]
    [InlineData("files/{id:guid}", 0)]
    public async Task A_route_that_might_not_take_it_is_no_way_around_the_one_behind_it(
        string below, int order, string? method = null, string? host = null, string? header = null, string? parameter = null)
    {
        RouteMatch match = new()
        {
            Path = (below.StartsWith('{') ? "/v3/" : "/v3/session/") + below,
            Methods = method is null ? null : [method],
            Hosts = host is null ? null : [host],
            Headers = header is null ? null : [new() { Name = header, Mode = HeaderMatchMode.Exists }],
            QueryParameters = parameter is null ? null : [new() { Name = parameter, Mode = QueryParameterMatchMode.Exists }],
        };
        await using var gateway = await GatewayUnderTest.StartAsync(Provider.Address, setup => setup.Adjust = snapshot => snapshot with
        {
            Routes =
            [
                snapshot.Routes[1] with { RouteId = "rival", Match = match, Transforms = null, Order = order },
                snapshot.Routes[0] with { Match = new() { Path = "/v3/session/{**rest}", Methods = ["post"] }, Transforms = null },
                snapshot.Routes[1] with { Match = new() { Path = "/{**rest}" }, Transforms = null },
            ],
        });

        Assert.Equal(400, (await gateway.AskRawAsync(Head("POST", "//v3/session/files/5"))).Status);
        Assert.Equal(0, Provider.Requests.Count);
    }

    [Theory]
    [InlineData("GET", "/v3/session/", "X-HTTP-Method-Override: POST")]
    [InlineData("PUT", "/v3/session/x", "x-http-method: patch")]
    [InlineData("GET", "/v3//session/", "X-Method-Override: POST")]
    [InlineData("GET", "/v3/session/", "X-Method-Override: PUT, POST")]
    [InlineData("GET", "/v3/session/", "X_HTTP_Method_Override: POST")]
    [InlineData("GET", "/v3/session/", "x.http_method: POST")]
    public async Task A_method_that_a_header_names_is_no_way_around(string method, string target, string header)
    {
        var answer = await Gateway.AskRawAsync(Head(method, target).Replace("Host: g", $"Host: g\r\n{header}", StringComparison.Ordinal));

        Assert.Equal(400, answer.Status);
        Assert.Equal("close", answer.Headers["Connection"]);
        Assert.Equal(0, Provider.Requests.Count);
    }

    [Theory]
    [InlineData("GET", "/v3/session/", "X-HTTP-Method-Override: PUT")]
    [InlineData("POST", "/v3/other", "X-HTTP-Method-Override: PATCH")]
    [InlineData("POST", "/v3/other", "X-HTTP-Method-Override:")]
    public async Task A_method_that_is_not_guarded_may_be_named_in_a_header(string method, string target, string header)
    {
        Assert.Equal(200, (await Gateway.AskRawAsync(Head(method, target).Replace("Host: g", $"Host: g\r\n{header}", StringComparison.Ordinal))).Status);
        Assert.Equal(1, Provider.Requests.Count);
    }

    private Task<Answer> AskAsync(string method, string target, string? key = null) =>
        Gateway.AskRawAsync(Head(method, target, key));

    private static string Head(string method, string target, string? key = null) =>
        $"{method} {target} HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\n{(key is null ? "" : $"Idempotency-Key: {key}\r\n")}Content-Length: 0\r\n\r\n";
}
