using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Providers;

/// <summary>The gateway's OAuth tokens for a provider: fetched once and sent with every request. A refused token never makes the gateway send a request twice.</summary>
public sealed class TokensTests : ProviderTest
{
    [Fact]
    public async Task Requests_carry_the_gateways_token_and_share_it()
    {
        var gateway = await StartAsync();
        using var guarded = GatewayUnderTest.Post("a");
        guarded.Headers.TryAddWithoutValidation("Authorization", "Bearer of-the-client");

        Assert.Equal("executed", (await gateway.AskAsync(guarded)).Source);
        Assert.Equal("executed", (await gateway.PostAsync("b")).Source);
        Assert.Equal(200, (await gateway.AskAsync(new(HttpMethod.Get, "/open/x"))).Status);

        Assert.Equal(["Bearer token-1", "Bearer token-1", "Bearer token-1"], Sent.All);
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("the+gateway:s3cret+of%2Bthe%26gateway"));
        Assert.Equal([$"Basic {basic} grant_type=client_credentials&scope=sessions%3Awrite+documents&audience=https%3A%2F%2Fprovider.example%2F"], Asked.All);
    }

    [Fact]
    public async Task Some_servers_want_the_secret_in_the_form()
    {
        var gateway = await StartAsync(client => client with { Authentication = ClientAuthentication.Form, Scope = null, Audience = null });

        await gateway.PostAsync("a");

        Assert.Equal([" grant_type=client_credentials&client_id=the+gateway&client_secret=s3cret+of%2Bthe%26gateway"], Asked.All);
    }

    [Fact]
    public async Task Who_comes_meanwhile_waits_for_the_one_question()
    {
        var gate = new Gate();
        AuthorityAnswers = async context =>
        {
            await gate.Opened;
            await GrantAsync(context, """{"access_token":"one","token_type":"Bearer"}""");
        };
        var gateway = await StartAsync();
        var asked = Enumerable.Range(0, 20).Select(i => gateway.PostAsync($"k{i}")).ToArray();
        await Asked.Reached(1);
        gate.Open();

        Assert.All(await Task.WhenAll(asked), answer => Assert.Equal("executed", answer.Source));
        Assert.Equal((1, 20), (Asked.Count, Sent.Count));
        Assert.All(Sent.All, authorization => Assert.Equal("Bearer one", authorization));
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_expires()
    {
        var gateway = await StartAsync();
        await gateway.PostAsync("a");
        Time.Advance(TimeSpan.FromSeconds(89));
        await gateway.PostAsync("b");
        Time.Advance(TimeSpan.FromSeconds(2));
        await gateway.PostAsync("c");

        Assert.Equal(["Bearer token-1", "Bearer token-1", "Bearer token-2"], Sent.All);
    }

    public static TheoryData<int, string> NoTokens => new()
    {
        { 500, "{}" },
        { 401, """{"error":"invalid_client"}""" },
        { 302, "" },
        { 200, "" },
        { 200, "not json" },
        { 200, "[]" },
        { 200, """{"token_type":"Bearer"}""" },
        { 200, """{"access_token":"","token_type":"Bearer"}""" },
        { 200, """{"access_token":"a\r\nx-evil: 1","token_type":"Bearer"}""" },
        { 200, """{"access_token":"\ud800","token_type":"Bearer"}""" },
        { 200, """{"access_token":"a","token_type":"mac"}""" },
        { 200, """{"access_token":"a"}""" },
    };

    [Theory]
    [MemberData(nameof(NoTokens))]
    public async Task Without_a_token_nothing_is_sent_and_the_key_is_free(int status, string body)
    {
        AuthorityAnswers = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return context.Response.WriteAsync(body);
        };
        var gateway = await StartAsync();

        var refused = await gateway.PostAsync("k");
        Assert.Null(await gateway.FindAsync("k"));
        var atOnce = await gateway.PostAsync("k");
        AuthorityAnswers = null;
        Time.Advance(TimeSpan.FromSeconds(1));
        var later = await gateway.PostAsync("k");

        refused.AssertProblem(GatewayProblem.ProviderUnreachable, "k");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        atOnce.AssertProblem(GatewayProblem.ProviderUnreachable, "k");
        Assert.Equal("executed", later.Source);
        Assert.Equal((2, 1), (Asked.Count, Sent.Count));
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_and_a_server_that_is_not_there_are_no_token()
    {
        using var closed = new ClosedPort();
        var withoutSecret = await StartAsync(client => client with { ClientSecretFile = Folder.File("nowhere") });
        var withoutServer = await StartAsync(client => client with { TokenUrl = closed.Address });

        foreach (var gateway in new[] { withoutSecret, withoutServer })
        {
            (await gateway.PostAsync("k")).AssertProblem(GatewayProblem.ProviderUnreachable, "k");
            Assert.Null(await gateway.FindAsync("k"));
        }
        Assert.Equal((0, 0), (Asked.Count, Sent.Count));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_costs_the_request_its_deadline_and_nothing_more()
    {
        var gate = new Gate();
        AuthorityAnswers = _ => gate.Opened;
        var gateway = await StartAsync();
        var asked = gateway.PostAsync("k");
        await Asked.Reached(1);

        Time.Advance(new IdempotencyPolicy { Name = "" }.Deadline);
        var answer = await asked;
        gate.Open();

        answer.AssertProblem(GatewayProblem.ProviderUnreachable, "k", status: 504);
        Assert.Null(await gateway.FindAsync("k"));
        Assert.Equal(0, Sent.Count);
    }

    [Fact]
    public async Task A_token_that_the_provider_refuses_is_dropped_and_the_request_is_not_repeated()
    {
        ProviderAnswers = context =>
        {
            context.Response.StatusCode = context.Request.Headers.Authorization == "Bearer token-1" ? 401 : 201;
            return Task.CompletedTask;
        };
        var gateway = await StartAsync();

        var first = await gateway.PostAsync("k");
        Assert.Equal(["Bearer token-1"], Sent.All);
        var retry = await gateway.PostAsync("k");
        await gateway.PostAsync("other");

        Assert.Equal((401, 201), (first.Status, retry.Status));
        Assert.Equal(["Bearer token-1", "Bearer token-2", "Bearer token-2"], Sent.All);
        Assert.Equal(2, Asked.Count);
    }

    [Fact]
    public async Task The_clients_own_credentials_still_tell_whose_request_it_is()
    {
        var gateway = await StartAsync();

        foreach (var client in new[] { "one", "other", "one" })
        {
            using var request = GatewayUnderTest.Post("k");
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {client}");
            await gateway.AskAsync(request);
        }

        Assert.Equal(2, Sent.Count);
    }

    [Fact]
    public async Task Neither_the_token_nor_the_secret_is_ever_told()
    {
        var answers = new Queue<Func<HttpContext, Task>>([
            context => GrantAsync(context, """{"access_token":"told-token","token_type":"Bearer"}"""),
            context =>
            {
                context.Response.StatusCode = 400;
                return context.Response.WriteAsync($"no {Secret}");
            },
        ]);
        AuthorityAnswers = context => answers.Dequeue()(context);
        ProviderAnswers = context =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        };
        var gateway = await StartAsync();

        await gateway.PostAsync("k");
        var refused = await gateway.PostAsync("k");
        await gateway.StopAsync();

        refused.AssertProblem(GatewayProblem.ProviderUnreachable, "k");
        Assert.Contains(gateway.Log.Lines, line => line.Contains($"[{IdempotencyGateway.Telemetry.EventIds.ProviderTokenFailed}]", StringComparison.Ordinal));
        Assert.Contains(gateway.Log.Lines, line => line.Contains($"[{IdempotencyGateway.Telemetry.EventIds.ProviderTokenRejected}]", StringComparison.Ordinal));
        foreach (var text in gateway.Log.Lines.Append(refused.Text))
        {
            Assert.DoesNotContain("told-token", text, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        }
    }
}
