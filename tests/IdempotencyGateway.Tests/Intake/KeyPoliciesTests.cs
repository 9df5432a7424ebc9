using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>Policy settings for keys: optional keys, other header names, keys per operation, and the key that the provider sees.</summary>
public sealed class KeyPoliciesTests : ExchangeTest
{
    [Fact]
    public async Task Without_an_optional_key_a_request_passes_unguarded_and_says_so()
    {
        var gateway = await StartAsync(policy => policy with { Key = new() { Required = false } });

        var first = await gateway.PostAsync(key: null);
        var second = await gateway.PostAsync(key: null);
        var bad = await gateway.PostAsync("a,b");

        Assert.Equal((201, "unguarded", 201, "unguarded"), (first.Status, first.Source, second.Status, second.Source));
        Assert.Null(first.Headers[GuardedHeaders.Key]);
        bad.AssertProblem(GatewayProblem.KeyInvalid, key: null);
        Assert.Equal(2, Executions.Total);
    }

    [Fact]
    public async Task With_an_optional_key_a_request_is_guarded()
    {
        var gateway = await StartAsync(policy => policy with { Key = new() { Required = false } });

        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        Assert.Equal(("executed", "replayed"), (first.Source, retry.Source));
        Assert.Equal(1, Executions.Total);
    }

    [Theory]
    [InlineData("8e03978e-40d5-43dd-bc93-6894a57f9324", true)]
    [InlineData("\"8e03978e-40d5-43dd-bc93-6894a57f9324\"", true)]
    [InlineData("1", false)]
    [InlineData("8e03978e-40d5-43dd-bc93-6894a57f93241", false)]
    [InlineData("x8e03978e-40d5-43dd-bc93-6894a57f9324", false)]
    public async Task A_key_of_another_form_than_the_routes_is_refused(string key, bool fits)
    {
        Assert.True(KeyPattern.TryParse("[0-9a-f-]{36}", out var pattern));
        var gateway = await StartAsync(policy => policy with { Key = policy.Key with { Pattern = pattern } });

        var answer = await gateway.PostAsync(key);

        if (fits)
            Assert.Equal("executed", answer.Source);
        else
            answer.AssertProblem(GatewayProblem.KeyInvalid, key: null);
        Assert.Equal(fits ? 1 : 0, Executions.Deliveries);
    }

    [Theory]
    [InlineData("(?x) [0-9]{2} # two digits")]
    [InlineData("(?x) [0-9] # one\n [0-9] # another")]
    [InlineData("(?x) [0-9]{2}")]
    [InlineData("(?x: [0-9] # one\n ) [0-9]", "1 2")]
    [InlineData("[0-9]#", "1#")]
    public void Comments_in_a_pattern_are_no_part_of_it(string text, string key = "12")
    {
        Assert.True(KeyPattern.TryParse(text, out var pattern));

        Assert.True(pattern.Fits(key));
        Assert.False(pattern.Fits($"{key}3"));
        Assert.False(pattern.Fits($"{key}\n"));
    }

    [Fact]
    public async Task A_key_that_is_made_of_the_request_has_no_form_to_fit()
    {
        Assert.True(KeyPattern.TryParse("never", out var pattern));
        Assert.True(KeySource.TryParse("header:x-request-id", out var source));
        var gateway = await StartAsync(policy => policy with { Key = policy.Key with { Pattern = pattern, From = [source] } });
        using var request = GatewayUnderTest.Post(key: null);
        request.Headers.Add("x-request-id", "1");

        Assert.Equal("executed", (await gateway.AskAsync(request)).Source);
    }

    [Fact]
    public async Task The_provider_sees_the_key_as_the_client_spelled_it()
    {
        var gateway = await StartAsync();

        var answer = await gateway.PostAsync("\"k-1\"", path: "/guarded/echo");

        Assert.Equal(["\"k-1\""], SeenByProvider(answer, "Idempotency-Key"));
    }

    [Fact]
    public async Task The_provider_sees_the_key_under_the_name_it_knows_and_only_there()
    {
        var gateway = await StartAsync(policy => policy with { Key = new() { ForwardAs = "X-Request-Id" } });
        using var request = GatewayUnderTest.Post("k-1", path: "/guarded/echo");
        request.Headers.Add("X-Request-Id", "the client's own");

        var answer = await gateway.AskAsync(request);

        Assert.Equal(["k-1"], SeenByProvider(answer, "X-Request-Id"));
        Assert.Empty(SeenByProvider(answer, "Idempotency-Key"));
    }

    [Fact]
    public async Task The_provider_sees_nothing_of_a_key_that_is_the_gateways_alone()
    {
        var gateway = await StartAsync(policy => policy with { Key = new() { ForwardAs = null } });

        var answer = await gateway.PostAsync("k-1", path: "/guarded/echo");

        Assert.Empty(SeenByProvider(answer, "Idempotency-Key"));
        Assert.Equal("k-1", answer.Headers[GuardedHeaders.Key]);
    }

    [Fact]
    public async Task The_key_is_read_from_the_header_that_the_policy_names()
    {
        var gateway = await StartAsync(policy => policy with { Key = new() { Header = "X-Transaction", ForwardAs = "X-Transaction" } });
        using var first = GatewayUnderTest.Post(key: null);
        first.Headers.Add("X-Transaction", "t-1");
        using var retry = GatewayUnderTest.Post(key: null);
        retry.Headers.Add("X-Transaction", "t-1");

        Assert.Equal("executed", (await gateway.AskAsync(first)).Source);
        Assert.Equal("replayed", (await gateway.AskAsync(retry)).Source);
        (await gateway.PostAsync("t-1")).AssertProblem(GatewayProblem.KeyMissing, key: null);
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task Per_route_a_key_names_one_operation()
    {
        var gateway = await StartAsync();

        await gateway.PostAsync("k", path: "/guarded/echo/a");
        var other = await gateway.PostAsync("k", path: "/guarded/echo/b");

        other.AssertProblem(GatewayProblem.KeyReused, "k");
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task Per_operation_the_steps_of_a_transaction_share_a_key()
    {
        var gateway = await StartAsync(policy => policy with { Key = new() { Per = KeyPer.Operation } });

        var a = await gateway.PostAsync("k", path: "/guarded/echo/a");
        var b = await gateway.PostAsync("k", path: "/guarded/echo/b");
        var again = await gateway.PostAsync("k", path: "/guarded/echo/a");
        var otherBody = await gateway.PostAsync("k", body: "{}", path: "/guarded/echo/a");

        Assert.Equal(("executed", "executed", "replayed"), (a.Source, b.Source, again.Source));
        otherBody.AssertProblem(GatewayProblem.KeyReused, "k");
        Assert.Equal(2, Executions.Total);
    }

    private static string[] SeenByProvider(Answer echo, string header) =>
        echo.Json.GetProperty("headers").EnumerateObject()
            .Where(line => line.Name.Equals(header, StringComparison.OrdinalIgnoreCase))
            .SelectMany(line => line.Value.EnumerateArray())
            .Select(value => value.GetString()!)
            .ToArray();
}
