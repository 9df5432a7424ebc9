using System.Net;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.SimulatedProvider;

public sealed class FaultSwitchesTests : ProviderTest
{
    [Fact]
    public async Task A_rule_strikes_as_often_as_it_says()
    {
        var rule = Faults.Next(new Fault.Status(500), times: 2);

        await AssertStatusesAsync(500, 500, 201, 201);
        Assert.Equal(2, rule.Taken.Value);
        Assert.Equal(0, Faults.Armed);
    }

    [Fact]
    public async Task A_rule_strikes_until_it_is_cleared()
    {
        Faults.UntilCleared(new Fault.Status(503));
        await AssertStatusesAsync(503, 503, 503);

        Faults.Clear();

        await AssertStatusesAsync(201);
    }

    [Fact]
    public async Task Rules_strike_in_the_order_they_were_armed()
    {
        Faults.Next(new Fault.Status(500));
        Faults.Next(new Fault.Status(503));

        await AssertStatusesAsync(500, 503, 201);
    }

    [Fact]
    public async Task A_rule_with_a_count_never_strikes_more_often_under_load()
    {
        Faults.Next(new Fault.Status(500), times: 10);

        var responses = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ =>
            Client.SendAsync(HttpMethod.Post, ProviderClient.SessionPath, ProviderClient.SessionBody)));

        Assert.Equal(10, responses.Count(response => response.StatusCode == HttpStatusCode.InternalServerError));
        Assert.Equal(50, Executions.Total);
    }

    [Fact]
    public async Task A_rule_leaves_requests_alone_that_it_does_not_mean()
    {
        Faults.UntilCleared(new Fault.Status(500), new RequestMatch("POST", "/v3/aml/", "o"));

        Assert.Equal(HttpStatusCode.OK, (await Client.SendAsync(HttpMethod.Get, "/v3/echo")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await ScreenAsync("other"));
        Assert.Equal(HttpStatusCode.InternalServerError, await ScreenAsync("o"));
    }

    [Fact]
    public async Task A_drop_waits_for_a_request_without_a_body()
    {
        var rule = Faults.Next(new Fault.Drop());

        await AssertStatusesAsync(201);

        Assert.Equal(0, rule.Taken.Value);
        Assert.Equal(1, Faults.Armed);
    }

    [Fact]
    public async Task The_header_goes_before_the_rules()
    {
        Faults.Next(new Fault.Status(500));

        using var response = await Client.SendAsync(
            HttpMethod.Post, ProviderClient.SessionPath, ProviderClient.SessionBody, ("X-Simulate", "status=418"));

        Assert.Equal(418, (int)response.StatusCode);
        Assert.Equal(1, Faults.Armed);
    }

    [Theory]
    [InlineData(FaultMoment.BeforeExecuting, 0)]
    [InlineData(FaultMoment.AfterExecuting, 3)]
    public async Task A_gate_holds_answers_until_it_is_released(FaultMoment moment, int executedMeanwhile)
    {
        var gate = new FaultGate();
        Faults.UntilCleared(new Fault.Hold(gate, moment));
        var creating = Task.WhenAll(Client.CreateSessionAsync(), Client.CreateSessionAsync(), Client.CreateSessionAsync());

        await gate.Held.WhenReachesAsync(3).WaitAsync(Patience.Limit);
        Assert.Equal(executedMeanwhile, Executions.Total);
        Assert.False(creating.IsCompleted);
        gate.Release();

        await creating;
        Assert.Equal(3, Executions.Total);
        await Client.CreateSessionAsync();
    }

    [Fact]
    public async Task Clearing_releases_what_is_held()
    {
        Faults.Next(new Fault.Hold(new FaultGate()));
        var byRule = Client.CreateSessionAsync();
        var byHeader = Client.CreateSessionAsync(("X-Simulate", "hold"));
        await Executions.Delivered.WhenReachesAsync(2).WaitAsync(Patience.Limit);
        await Faults.WordGate.Held.WhenReachesAsync(1).WaitAsync(Patience.Limit);

        Faults.Clear();

        await Task.WhenAll(byRule, byHeader);
    }

    [Fact]
    public async Task A_dropped_request_without_a_body_is_sent_again_by_the_http_client_itself()
    {
        using var client = new ProviderClient(Provider.Address);
        await client.CreateSessionAsync(("X-Operation", "warm-up"));

        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(
            HttpMethod.Post,
            "/v3/session/11111111-2222-4333-8444-555555555555/ping/",
            (HttpContent?)null,
            [("X-Operation", "o"), ("X-Simulate", "execute-then-drop")]));

        Assert.True(Executions.MostExecuted() > 1, "HttpClient no longer re-sends here, so the hazard that one-shot contents exist for is gone");
    }

    /// <summary>Creates sessions one after the other and asserts the status of each.</summary>
    private async Task AssertStatusesAsync(params int[] expected)
    {
        foreach (var status in expected)
        {
            using var response = await Client.SendAsync(HttpMethod.Post, ProviderClient.SessionPath, ProviderClient.SessionBody);
            Assert.Equal(status, (int)response.StatusCode);
        }
    }

    private async Task<HttpStatusCode> ScreenAsync(string operation)
    {
        using var response = await Client.SendAsync(
            HttpMethod.Post, "/v3/aml/", """{"full_name":"A"}""", ("X-Operation", operation));
        return response.StatusCode;
    }
}
