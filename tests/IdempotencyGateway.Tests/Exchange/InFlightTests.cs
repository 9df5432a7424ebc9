using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>Duplicates of a request that is still in flight.</summary>
public sealed class InFlightTests : ExchangeTest
{
    // Distinct from every other timer here, so that a timer of this length belongs to a waiting duplicate.
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan AskingElsewhere = TimeSpan.FromMilliseconds(200);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_duplicate_waits_and_gets_the_answer_of_the_first()
    {
        var gateway = await StartOnTimeAsync();
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        var duplicate = gateway.PostAsync("k");
        await _time.WhenArmedAsync(Wait);

        gate.Release();

        Assert.Equal(("executed", "replayed"), ((await first).Source, (await duplicate).Source));
        Assert.Equal((await first).Text, (await duplicate).Text);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_duplicate_waits_no_longer_than_the_route_allows()
    {
        var gateway = await StartOnTimeAsync();
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        var duplicate = gateway.PostAsync("k");
        await _time.WhenArmedAsync(Wait);

        _time.Advance(Wait);
        var answer = await duplicate;
        Assert.False(first.IsCompleted);
        gate.Release();

        answer.AssertProblem(GatewayProblem.InProgress, "k");
        Assert.Equal("1", answer.Headers["Retry-After"]);
        Assert.Equal("executed", (await first).Source);
        Assert.Equal("replayed", (await gateway.PostAsync("k")).Source);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task Where_nobody_waits_a_duplicate_is_told_at_once()
    {
        var gateway = await StartAsync(policy => policy with { InFlight = new() { Mode = InFlightMode.Reject, Status = 425 } });
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        var answer = await gateway.PostAsync("k");
        Assert.False(first.IsCompleted);
        gate.Release();

        answer.AssertProblem(GatewayProblem.InProgress, "k", status: 425);
        Assert.Equal("1", answer.Headers["Retry-After"]);
        Assert.Equal("executed", (await first).Source);
        Assert.Equal("replayed", (await gateway.PostAsync("k")).Source);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_record_of_an_owner_elsewhere_is_waited_for_and_then_told_with_what_is_left_of_its_lease()
    {
        var gateway = await StartOnTimeAsync();
        await gateway.ClaimElsewhereAsync("k");
        var duplicate = gateway.PostAsync("k");

        while (!duplicate.IsCompleted)
        {
            await Task.WhenAny(duplicate, _time.WhenArmedAsync(AskingElsewhere));
            _time.Advance(AskingElsewhere);
        }

        var answer = await duplicate;
        answer.AssertProblem(GatewayProblem.InProgress, "k");
        Assert.Equal("23", answer.Headers["Retry-After"]);
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task Whoever_leaves_while_an_owner_elsewhere_is_at_it_waits_no_longer()
    {
        var gateway = await StartAsync(setup =>
        {
            setup.Clock = _time;
            setup.Policy = setup.Policy with { InFlight = new() { Timeout = TimeSpan.FromDays(1) } };
        });
        var elsewhere = await gateway.ClaimElsewhereAsync("k");
        using var leaving = new CancellationTokenSource();
        var left = gateway.Client.SendAsync(GatewayUnderTest.Post("k"), leaving.Token);
        await _time.WhenArmedAsync(AskingElsewhere);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        await Eventually.TrueAsync("the leaving client's body is released", async () =>
        {
            await gateway.Store.RenewAsync(elsewhere, TimeSpan.FromSeconds(30), CancellationToken.None);
            _time.Advance(AskingElsewhere);
            return gateway.BodyBytes == 0;
        });
        Assert.Equal(0, Executions.Deliveries);
    }

    [Theory]
    [InlineData(201, "replayed")]
    [InlineData(429, "executed")]
    public async Task A_first_that_does_not_take_its_answer_keeps_nobody_waiting(int status, string source)
    {
        // More than the socket buffers between gateway and client hold.
        var body = new byte[16 * 1024 * 1024];
        await using var provider = await KestrelProvider.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.Body.WriteAsync(body).AsTask();
        });
        var gateway = await StartBeforeAsync(provider.Address, setup => setup.Policy = setup.Policy with { Record = new() { MaxBodyBytes = body.Length } });
        using var first = await RawClient.Connect(gateway.Address);
        await first.Send(RawClient.Request(
            "POST", "/guarded/session/", GatewayUnderTest.SessionBody, new("x-api-key", "caller-1"), new("Idempotency-Key", "k"), new("Content-Type", "application/json; charset=utf-8")));
        await provider.Requests.Reached(1);

        var duplicate = await gateway.PostAsync("k").OrGiveUp();
        first.Reset();

        Assert.Equal((status, source, body.Length), (duplicate.Status, duplicate.Source, duplicate.Body.Length));
    }

    [Fact]
    public async Task Fifty_at_once_are_one_execution_and_fifty_equal_answers()
    {
        var gateway = await StartOnTimeAsync();
        var gate = HoldNext();
        var asked = Enumerable.Range(0, 50).Select(_ => gateway.PostAsync("k")).ToArray();
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        await _time.WhenArmedAsync(Wait, count: 49);

        gate.Release();
        var answers = await Task.WhenAll(asked);

        Assert.Single(answers.Select(answer => (answer.Status, answer.Text)).Distinct());
        Assert.Single(answers, answer => answer.Source == "executed");
        Assert.Equal(49, answers.Count(answer => answer.Source == "replayed"));
        Assert.Equal((1, 1), (Executions.Total, Executions.Deliveries));
    }

    [Fact]
    public async Task When_the_first_is_told_not_now_the_next_in_line_is_sent_and_the_others_wait_for_it()
    {
        var (first, duplicates) = await TenWaitForAsync("hold, status=429");

        var answers = await Task.WhenAll(duplicates);

        Assert.Equal((429, "executed"), ((await first).Status, (await first).Source));
        Assert.All(answers, answer => Assert.Equal(201, answer.Status));
        Assert.Single(answers, answer => answer.Source == "executed");
        Assert.Equal((1, 2), (Executions.Total, Executions.Deliveries));
    }

    [Fact]
    public async Task Whoever_waits_for_one_after_the_other_waits_no_longer_in_all()
    {
        Gate[] gates = [new(), new()];
        var asked = 0;
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            var turn = Interlocked.Increment(ref asked);
            await gates[turn - 1].Opened;
            context.Response.StatusCode = turn == 1 ? 429 : 201;
        });
        var gateway = await StartBeforeAsync(provider.Address, OnTime);
        var first = gateway.PostAsync("k");
        await provider.Requests.Reached(1);
        Task<Answer>[] duplicates = [gateway.PostAsync("k"), gateway.PostAsync("k")];
        await _time.WhenArmedAsync(Wait, count: 2);

        _time.Advance(TimeSpan.FromSeconds(4));
        gates[0].Open();
        await provider.Requests.Reached(2);
        await _time.WhenArmedAsync(Wait - TimeSpan.FromSeconds(4));
        _time.Advance(Wait - TimeSpan.FromSeconds(4));
        var waiting = await Task.WhenAny(duplicates);
        gates[1].Open();

        Assert.Equal(429, (await first).Status);
        (await waiting).AssertProblem(GatewayProblem.InProgress, "k");
        Assert.Single(await Task.WhenAll(duplicates), answer => answer.Status == 201);
    }

    [Fact]
    public async Task When_the_first_ends_in_doubt_everybody_who_waited_is_told_so()
    {
        var (first, duplicates) = await TenWaitForAsync("hold, execute-then-reset");

        (await first).AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 502);
        foreach (var duplicate in duplicates)
            (await duplicate).AssertProblem(GatewayProblem.OutcomeUnknown, "k");
        Assert.Equal((1, 1), (Executions.Total, Executions.Deliveries));
    }

    [Fact]
    public async Task A_duplicate_that_leaves_takes_nothing_with_it()
    {
        var gateway = await StartOnTimeAsync();
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        using var leaving = new CancellationTokenSource();
        var left = gateway.Client.SendAsync(GatewayUnderTest.Post("k"), leaving.Token);
        await _time.WhenArmedAsync(Wait);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        gate.Release();

        Assert.Equal("executed", (await first).Source);
        Assert.Equal("replayed", (await gateway.PostAsync("k")).Source);
        Assert.Equal(1, Executions.Deliveries);
    }

    /// <summary>Sends a first request and ten duplicates, waits until all ten wait for it, then releases it.</summary>
    private async Task<(Task<Answer> First, Task<Answer>[] Duplicates)> TenWaitForAsync(string simulate)
    {
        var gateway = await StartOnTimeAsync();
        var leading = GatewayUnderTest.Post("k");
        leading.Headers.Add("X-Simulate", simulate);
        var gate = Faults.WordGate;
        var first = gateway.AskAsync(leading);
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        var duplicates = Enumerable.Range(0, 10).Select(_ => gateway.PostAsync("k")).ToArray();
        await _time.WhenArmedAsync(Wait, count: 10);
        gate.Release();
        return (first, duplicates);
    }

    private Task<GatewayUnderTest> StartOnTimeAsync() => StartAsync(OnTime);

    private void OnTime(GatewaySetup setup)
    {
        setup.Clock = _time;
        setup.Policy = setup.Policy with { InFlight = new() { Timeout = Wait } };
    }
}
