using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Intake;

/// <summary>Keys that the gateway derives from the request, for clients that send none.</summary>
public sealed class KeysFoundInTheRequestTests : ExchangeTest
{
    private const string Event = """{"event_id":"evt-1","account":"a","workflow_id":"w-1"}""";

    [Fact]
    public async Task The_same_event_is_executed_once()
    {
        var gateway = await StartAsync(From("json:/event_id"));

        var first = await gateway.PostAsync(key: null, Event);
        var again = await gateway.PostAsync(key: null, Event);
        var other = await gateway.PostAsync(key: null, Event.Replace("evt-1", "evt-2", StringComparison.Ordinal));

        Assert.Equal(("executed", "replayed", "executed"), (first.Source, again.Source, other.Source));
        Assert.Equal(first.Text, again.Text);
        Assert.Equal(2, Executions.Total);
    }

    [Fact]
    public async Task A_key_in_the_header_goes_before()
    {
        var gateway = await StartAsync(From("json:/event_id"));

        Assert.Equal("k-1", (await gateway.PostAsync("k-1", Event)).Headers[GuardedHeaders.Key]);
        Assert.Equal("executed", (await gateway.PostAsync(key: null, Event)).Source);
        Assert.Equal(2, Executions.Total);
    }

    [Fact]
    public async Task Nobody_learns_the_values_and_any_value_makes_a_valid_key()
    {
        var gateway = await StartAsync(From("json:/event_id"));
        var body = Event.Replace("evt-1", string.Concat(Enumerable.Repeat("é, \\\"secret\\\" ", 100)), StringComparison.Ordinal);

        var answer = await gateway.PostAsync(key: null, body, path: "/guarded/echo");

        var key = answer.Headers[GuardedHeaders.Key]!;
        Assert.Matches("^[0-9a-f]{64}$", key);
        Assert.Contains($"\"{key}\"", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sources_are_tried_in_order_and_joined_ones_must_all_be_there()
    {
        var gateway = await StartAsync(From("json:/missing+json:/event_id", "header:x-event", "json:/account+json:/event_id"));

        var first = await gateway.PostAsync(key: null, Event);
        var otherAccount = await gateway.PostAsync(key: null, Event.Replace("\"a\"", "\"b\"", StringComparison.Ordinal));
        using var byHeader = GatewayUnderTest.Post(key: null, Event);
        byHeader.Headers.Add("X-Event", "evt-1");

        Assert.Equal(("executed", "executed"), (first.Source, otherAccount.Source));
        Assert.Equal("executed", (await gateway.AskAsync(byHeader)).Source);
        Assert.Equal(3, Executions.Total);
    }

    [Fact]
    public async Task A_field_of_a_form_can_be_the_key()
    {
        var gateway = await StartAsync(From("form:request_id"));

        var first = await gateway.AskAsync(Form("request_id=r+1&type=document"));
        var again = await gateway.AskAsync(Form("request_id=r%201&type=document"));

        Assert.Equal(("executed", "replayed"), (first.Source, again.Source));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"event_id":""}""")]
    [InlineData("""{"event_id":"a","event_id":"b"}""")]
    [InlineData("not json")]
    public async Task Where_none_is_found_and_one_is_required_the_client_is_told_where_to_put_it(string body)
    {
        var gateway = await StartAsync(From("json:/event_id"));

        var problem = (await gateway.PostAsync(key: null, body)).AssertProblem(GatewayProblem.KeyMissing, key: null);

        Assert.Contains("json:/event_id", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task Where_none_is_found_and_none_is_required_the_request_passes_whole_and_unguarded()
    {
        var gateway = await StartAsync(policy => From("json:/event_id")(policy) is var changed ? changed with { Key = changed.Key with { Required = false } } : policy);

        var first = await gateway.PostAsync(key: null);
        var second = await gateway.PostAsync(key: null);

        Assert.Equal((201, "unguarded", 201, "unguarded"), (first.Status, first.Source, second.Status, second.Source));
        Assert.Equal(2, Executions.Total);
    }

    [Fact]
    public async Task Callers_are_kept_apart_by_a_credential_in_the_body()
    {
        Assert.True(ValueSource.TryParse("json:/client_id", out var client));
        var gateway = await StartAsync(policy => policy with { Caller = new() { Headers = ["authorization"], From = [client] } });

        var ann = await gateway.PostAsync("k", """{"workflow_id":"w","client_id":"ann"}""");
        var bob = await gateway.PostAsync("k", """{"workflow_id":"w","client_id":"bob"}""");
        var nobody = await gateway.PostAsync("k", """{"workflow_id":"w"}""");

        Assert.Equal(("executed", "executed"), (ann.Source, bob.Source));
        nobody.AssertProblem(GatewayProblem.CallerUnknown, "k");
    }

    private static Func<IdempotencyPolicy, IdempotencyPolicy> From(params string[] sources) => policy => policy with
    {
        Key = new() { From = [.. sources.Select(text => KeySource.TryParse(text, out var source) ? source : throw new InvalidOperationException(text))] },
    };

    private static HttpRequestMessage Form(string body)
    {
        var request = GatewayUnderTest.Post(key: null, path: "/guarded/echo");
        request.Content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");
        return request;
    }
}
