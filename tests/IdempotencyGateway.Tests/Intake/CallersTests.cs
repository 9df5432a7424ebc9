using System.Net;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>Nobody gets another caller's answer.</summary>
public sealed class CallersTests : ExchangeTest
{
    [Fact]
    public async Task Two_callers_with_one_key_and_one_body_are_two_operations_with_two_answers()
    {
        var gateway = await StartAsync();

        var one = await gateway.PostAsync("k", caller: "one");
        var two = await gateway.PostAsync("k", caller: "two");
        var oneAgain = await gateway.PostAsync("k", caller: "one");
        var twoAgain = await gateway.PostAsync("k", caller: "two");

        Assert.NotEqual(one.Text, two.Text);
        Assert.Equal((one.Text, two.Text), (oneAgain.Text, twoAgain.Text));
        Assert.Equal(2, Executions.Total);
    }

    [Fact]
    public async Task Every_credential_header_that_is_present_takes_part()
    {
        var gateway = await StartAsync();
        foreach (var token in new[] { "Bearer a", "Bearer b", "Bearer a" })
        {
            using var request = GatewayUnderTest.Post("k");
            request.Headers.Add("Authorization", token);
            await gateway.AskAsync(request);
        }

        Assert.Equal(2, Executions.Total);
    }

    [Fact]
    public async Task A_caller_without_credentials_is_refused()
    {
        var gateway = await StartAsync();
        using var request = GatewayUnderTest.Post("k");
        request.Headers.Remove("x-api-key");

        var answer = await gateway.AskAsync(request);

        answer.AssertProblem(GatewayProblem.CallerUnknown, "k");
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task Callers_whose_credentials_are_empty_cannot_be_told_apart_and_are_refused()
    {
        var gateway = await StartAsync();

        var answer = await gateway.AskRawAsync("POST /guarded/x HTTP/1.1\r\nHost: g\r\nAuthorization:\r\nx-api-key:  \r\nIdempotency-Key: k\r\nContent-Length: 0\r\n\r\n");

        answer.AssertProblem(GatewayProblem.CallerUnknown, "k");
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_header_names_the_caller_when_a_trusted_peer_sends_it()
    {
        var gateway = await StartByHeaderAsync("127.0.0.0/8");

        var one = await AskAsync(gateway, "one");
        var two = await AskAsync(gateway, "two");
        var oneAgain = await AskAsync(gateway, "one");

        Assert.Equal(("executed", "executed", "replayed"), (one.Source, two.Source, oneAgain.Source));
        Assert.Equal(one.Text, oneAgain.Text);
        Assert.Equal(2, Executions.Total);
    }

    [Fact]
    public async Task A_trusted_peer_is_known_by_its_IPv4_address_on_a_socket_for_both_versions_too()
    {
        var gateway = await StartByHeaderAsync("127.0.0.0/8", "http://[::]:0");

        // On a dual-stack socket the peer's address is the IPv4-mapped ::ffff:127.0.0.1.
        var answer = await RawClient.Exchange(new($"http://127.0.0.1:{gateway.Address.Port}"), RequestOf("one"));

        Assert.Equal("executed", Answer.From(answer!).Source);
    }

    [Fact]
    public async Task A_header_names_nobody_when_anyone_else_sends_it()
    {
        var gateway = await StartByHeaderAsync("10.0.0.0/8");

        var answer = await AskAsync(gateway, "one");

        answer.AssertProblem(GatewayProblem.CallerUnknown, "k");
        Assert.Equal(0, Executions.Deliveries);
    }

    [Theory]
    [InlineData]
    [InlineData("one", "two")]
    [InlineData(" ")]
    public async Task A_trusted_peer_must_name_one_caller(params string[] callers)
    {
        var gateway = await StartByHeaderAsync("127.0.0.0/8");

        var answer = await AskAsync(gateway, callers);

        answer.AssertProblem(GatewayProblem.CallerUnknown, "k");
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task With_no_scope_all_callers_share_their_keys()
    {
        var gateway = await StartAsync(policy => policy with { Caller = new() { Scope = CallerScopeKind.None } });

        await gateway.PostAsync("k", caller: "one");
        var other = await gateway.PostAsync("k", caller: "two");

        Assert.Equal("replayed", other.Source);
        Assert.Equal(1, Executions.Total);
    }

    private Task<GatewayUnderTest> StartByHeaderAsync(string trusted, string listen = "http://127.0.0.1:0") => StartAsync(setup =>
    {
        setup.Policy = setup.Policy with { Caller = new() { Scope = CallerScopeKind.Header, Headers = ["x-tenant"] } };
        setup.Adjust = snapshot => snapshot with { TrustedPeers = [IPNetwork.Parse(trusted)], Listen = snapshot.Listen with { Proxy = [new(listen)] } };
    });

    private static Task<Answer> AskAsync(GatewayUnderTest gateway, params string[] callers) => gateway.AskRawAsync(RequestOf(callers));

    private static string RequestOf(params string[] callers) => RawClient.Request(
        "POST", "/guarded/session/", GatewayUnderTest.SessionBody,
        [new Field("x-api-key", "p"), new Field("Idempotency-Key", "k"), .. callers.Select(caller => new Field("x-tenant", caller))]);
}
