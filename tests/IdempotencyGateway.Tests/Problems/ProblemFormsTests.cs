using System.Net.Http.Headers;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.Problems;

/// <summary>The formats of a problem: JSON, plain text or gRPC, whichever the client understands.</summary>
public sealed class ProblemFormsTests : ExchangeTest
{
    [Fact]
    public async Task What_no_route_matches_is_a_problem()
    {
        var gateway = await StartAsync();

        var answer = await gateway.PostAsync("k", path: "/elsewhere");

        answer.AssertProblem(GatewayProblem.NoRoute, key: null);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task The_type_is_an_address_of_the_operators_choice()
    {
        var gateway = await StartAsync(setup => setup.Adjust = snapshot => snapshot with { Problems = new() { TypeBase = "https://help.example/problems" } });

        var answer = await gateway.PostAsync(key: null);

        Assert.Equal("https://help.example/problems#idempotency-key-missing", answer.Json.GetProperty("type").GetString());
        Assert.Equal("<https://help.example/problems#idempotency-key-missing>; rel=\"describedby\"", answer.Headers["Link"]);
    }

    [Theory]
    [InlineData("text/plain", true)]
    [InlineData("text/plain, */*;q=0.1", true)]
    [InlineData("*/*", false)]
    [InlineData("application/json, text/plain, */*", false)]
    [InlineData("text/html", false)]
    public async Task Plain_text_is_for_who_asks_for_it(string accept, bool plain)
    {
        var gateway = await StartAsync();
        using var request = GatewayUnderTest.Post(key: null);
        request.Headers.TryAddWithoutValidation("Accept", accept);

        var answer = await gateway.AskAsync(request);

        Assert.Equal(400, answer.Status);
        Assert.Equal(plain ? "text/plain; charset=utf-8" : "application/problem+json", answer.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Plain_text_says_everything_that_json_says()
    {
        var gateway = await StartAsync();
        Faults.Next(new Fault.Truncate());
        using var request = GatewayUnderTest.Post("k");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));

        var answer = await gateway.AskAsync(request);

        Assert.Equal(502, answer.Status);
        Assert.StartsWith("Nobody knows whether the request took effect\n", answer.Text, StringComparison.Ordinal);
        string[] facts = ["code: outcome-unknown\n", "retryable: false\n", "idempotency_key: k\n", "provider_status: 201\n", "instance: urn:uuid:"];
        Assert.All(facts, fact => Assert.Contains(fact, answer.Text, StringComparison.Ordinal));
        Assert.Equal("k", answer.Headers[GuardedHeaders.Key]);
        Assert.Equal("<urn:idempotency-gateway:problems#outcome-unknown>; rel=\"describedby\"", answer.Headers["Link"]);
    }

    [Theory]
    [InlineData(null, "k", null, "3", "idempotency-key-missing")]
    [InlineData("a,b", "k", null, "3", "idempotency-key-invalid")]
    [InlineData("k", null, null, "16", "caller-unknown")]
    [InlineData("k", "c", "execute-then-reset", "2", "outcome-unknown")]
    public async Task Grpc_clients_get_a_status_of_theirs(string? key, string? caller, string? fault, string grpcStatus, string code)
    {
        var gateway = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/guarded/echo") { Content = new ByteArrayContent([0, 0, 0, 0, 0]) };
        request.Content.Headers.ContentType = new("application/grpc+proto");
        Add(request, "Idempotency-Key", key);
        Add(request, "x-api-key", caller);
        Add(request, "X-Simulate", fault);

        var answer = await gateway.AskAsync(request);

        Assert.Equal((200, "application/grpc", grpcStatus), (answer.Status, answer.Headers["Content-Type"], answer.Headers["grpc-status"]));
        Assert.StartsWith(code + ": ", Uri.UnescapeDataString(answer.Headers["grpc-message"]!), StringComparison.Ordinal);
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task Grpc_clients_are_told_everything_that_json_says()
    {
        var gateway = await StartAsync();
        Faults.Next(new Fault.Truncate());
        using var request = GatewayUnderTest.Post("k");
        request.Content!.Headers.ContentType = new("application/grpc");

        var answer = await gateway.AskAsync(request);

        var message = Uri.UnescapeDataString(answer.Headers["grpc-message"]!);
        string[] facts = ["outcome-unknown: ", "\nretryable: false\n", "\nidempotency_key: k\n", "\nprovider_status: 201\n", "\ninstance: urn:uuid:"];
        Assert.All(facts, fact => Assert.Contains(fact, message, StringComparison.Ordinal));
        Assert.Equal("k", answer.Headers[GuardedHeaders.Key]);
        Assert.Equal("<urn:idempotency-gateway:problems#outcome-unknown>; rel=\"describedby\"", answer.Headers["Link"]);
    }

    [Fact]
    public async Task A_head_gets_the_head_of_a_problem()
    {
        var gateway = await StartAsync(policy => policy with { Methods = System.Collections.Frozen.FrozenSet.Create("HEAD") });
        using var request = new HttpRequestMessage(HttpMethod.Head, "/guarded/echo");

        var answer = await gateway.AskAsync(request);

        Assert.Equal((400, "application/problem+json", 0), (answer.Status, answer.Headers["Content-Type"], answer.Body.Length));
    }

    [Fact]
    public void Every_problem_has_a_code_of_its_own_and_a_client_error_is_never_a_server_error()
    {
        Assert.Equal(GatewayProblem.All.Count, GatewayProblem.All.Select(problem => problem.Code).Distinct(StringComparer.Ordinal).Count());
        Assert.All(GatewayProblem.All, problem => Assert.InRange(problem.Status, 400, 503));
        Assert.All(GatewayProblem.All, problem => Assert.Matches("^[a-z-]+$", problem.Code));
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
            request.Headers.TryAddWithoutValidation(name, value);
    }
}
