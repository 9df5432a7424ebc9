using System.Net;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.SimulatedProvider;

public sealed class ControlPlaneTests : ProviderTest
{
    private const string ExecutionsPath = "/_simulator/executions";
    private const string FaultsPath = "/_simulator/faults";

    [Fact]
    public async Task The_executions_are_reported_and_reset_over_http()
    {
        await Client.CreateSessionAsync(("X-Operation", "o"));
        await Client.SendAsync(HttpMethod.Post, ProviderClient.SessionPath, "{}", ("X-Operation", "o"));

        var report = await ProviderClient.ReadAsync(HttpStatusCode.OK, Client.SendAsync(HttpMethod.Get, ExecutionsPath));
        var reset = await Client.SendAsync(HttpMethod.Delete, ExecutionsPath);

        Assert.Equal(
            """{"total":1,"deliveries":2,"most_executed":1,"label_count":1,"labels_cut":false,"unlabelled":0,"labels":{"o":{"executions":1,"deliveries":2}}}""",
            report.GetRawText());
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        Assert.Equal((0L, 0L), (Executions.Total, Executions.Deliveries));
    }

    [Fact]
    public async Task A_rule_is_armed_and_cleared_over_http()
    {
        var armed = await ProviderClient.ReadAsync(HttpStatusCode.OK, Client.SendAsync(
            HttpMethod.Put, FaultsPath, """{"simulate":"execute-then-status=503","times":2,"method":"POST","path":"/v3/session/","operation":"o"}"""));
        Assert.Equal("""{"armed":1,"held":0}""", armed.GetRawText());

        Assert.Equal(HttpStatusCode.Created, await CreateAsync("other"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CreateAsync("o"));
        Assert.Equal(1, Executions.CountFor("o"));
        await Client.SendAsync(HttpMethod.Delete, FaultsPath);
        Assert.Equal(HttpStatusCode.Created, await CreateAsync("o"));
    }

    [Fact]
    public async Task Several_rules_replace_those_that_were_armed()
    {
        await Client.SendAsync(HttpMethod.Put, FaultsPath, """{"simulate":"status=500"}""");
        await Client.SendAsync(HttpMethod.Put, FaultsPath, """[{"simulate":"status=501","times":1},{"simulate":"status=502","times":1}]""");

        Assert.Equal(HttpStatusCode.NotImplemented, await CreateAsync("o"));
        Assert.Equal(HttpStatusCode.BadGateway, await CreateAsync("o"));
        Assert.Equal(HttpStatusCode.Created, await CreateAsync("o"));
    }

    [Fact]
    public async Task Held_requests_are_counted_and_released_over_http()
    {
        await Client.SendAsync(HttpMethod.Put, FaultsPath, """{"simulate":"hold"}""");
        var creating = CreateAsync("o");
        await Faults.WordGate.Held.WhenReachesAsync(1).WaitAsync(Patience.Limit);

        var state = await ProviderClient.ReadAsync(HttpStatusCode.OK, Client.SendAsync(HttpMethod.Get, FaultsPath));
        Assert.Equal("""{"armed":1,"held":1}""", state.GetRawText());
        await Client.SendAsync(HttpMethod.Delete, FaultsPath);

        Assert.Equal(HttpStatusCode.Created, await creating);
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once_and_nothing_changes()
    {
        await Client.SendAsync(HttpMethod.Put, FaultsPath, """{"simulate":"status=500"}""");

        var refusal = await ProviderClient.ReadAsync(HttpStatusCode.BadRequest, Client.SendAsync(
            HttpMethod.Put, FaultsPath, """[{"simulate":"explode"},{"simulate":"reset","times":0,"path":7,"tmies":1},{},3]"""));

        var errors = refusal.GetProperty("errors").EnumerateArray().Select(error => error.GetString()!.Split(": ")[0]);
        Assert.Equal(["rules[0].simulate", "rules[1].times", "rules[1].path", "rules[1].tmies", "rules[2].simulate", "rules[3]"], errors, StringComparer.Ordinal);
        Assert.Equal(HttpStatusCode.InternalServerError, await CreateAsync("o"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("hello")]
    public async Task Bad_json_is_told(string body)
    {
        var refusal = await ProviderClient.ReadAsync(HttpStatusCode.BadRequest, Client.SendAsync(HttpMethod.Put, FaultsPath, body));

        Assert.StartsWith("not JSON: ", refusal.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_control_routes_are_neither_counted_nor_struck()
    {
        Faults.UntilCleared(new global::SimulatedProvider.Faults.Fault.Reset());

        await ProviderClient.ReadAsync(HttpStatusCode.OK, Client.SendAsync(HttpMethod.Get, ExecutionsPath));
        await ProviderClient.ReadAsync(HttpStatusCode.NotFound, Client.SendAsync(HttpMethod.Get, "/_simulator/other"));

        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_report_of_very_many_labels_is_cut_and_says_so()
    {
        const int Limit = 10_000;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Limit + 1), async (i, _) =>
            {
                using var response = await Client.SendAsync(HttpMethod.Get, "/v3/echo", json: null, ("X-Operation", $"o-{i}"));
            });

        var report = await ProviderClient.ReadAsync(HttpStatusCode.OK, Client.SendAsync(HttpMethod.Get, ExecutionsPath));

        Assert.True(report.GetProperty("labels_cut").GetBoolean());
        Assert.Equal(Limit + 1, report.GetProperty("label_count").GetInt32());
        Assert.Equal(Limit, report.GetProperty("labels").EnumerateObject().Count());
    }

    private async Task<HttpStatusCode> CreateAsync(string operation)
    {
        using var response = await Client.SendAsync(
            HttpMethod.Post, ProviderClient.SessionPath, ProviderClient.SessionBody, ("X-Operation", operation));
        return response.StatusCode;
    }
}
