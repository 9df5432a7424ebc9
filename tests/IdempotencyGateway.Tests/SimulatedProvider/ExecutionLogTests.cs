using System.Net;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.SimulatedProvider;

public sealed class ExecutionLogTests : ProviderTest
{
    [Theory]
    [InlineData("plain-key", "plain-key")]
    [InlineData("\"quoted-key\"", "quoted-key")]
    [InlineData("\"with \\\" and \\\\\"", "with \" and \\")]
    [InlineData("\"", "\"")]
    public async Task A_request_counts_under_its_idempotency_key_without_quotes(string sent, string label)
    {
        await Client.CreateSessionAsync(("Idempotency-Key", sent));

        Assert.Equal(1, Executions.CountFor(label));
        Assert.Equal(1, Executions.DeliveriesFor(label));
    }

    [Fact]
    public async Task The_operation_header_goes_before_the_key()
    {
        await Client.CreateSessionAsync(("Idempotency-Key", "key"), ("X-Operation", "operation"));

        Assert.Equal(1, Executions.CountFor("operation"));
        Assert.Equal(0, Executions.CountFor("key"));
    }

    [Fact]
    public async Task Without_either_the_label_is_method_and_path()
    {
        await Client.CreateSessionAsync();

        Assert.Equal(1, Executions.CountFor("POST /v3/session/"));
    }

    [Fact]
    public async Task A_refusal_is_a_delivery_and_no_execution()
    {
        await Client.SendAsync(HttpMethod.Post, "/v3/session/", "{}", ("X-Operation", "o"));

        Assert.Equal(0, Executions.CountFor("o"));
        Assert.Equal(1, Executions.DeliveriesFor("o"));
    }

    [Fact]
    public async Task Concurrent_requests_are_all_counted()
    {
        const int Labels = 10, Each = 40;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Labels * Each),
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (i, _) => await Client.CreateSessionAsync(("X-Operation", $"o-{i % Labels}")));

        Assert.Equal(Labels * Each, Executions.Total);
        Assert.Equal(Labels * Each, Executions.Deliveries);
        Assert.Equal(Labels, Executions.LabelCount);
        Assert.Equal(Each, Executions.MostExecuted());
        Assert.All(Executions.PerOperation(), label => Assert.Equal((Each, Each), (label.Value.Executions, label.Value.Deliveries)));
    }

    [Fact]
    public async Task A_reset_starts_from_zero()
    {
        await Client.CreateSessionAsync(("X-Operation", "o"));

        Executions.Reset();

        Assert.Equal((0L, 0L, 0), (Executions.Total, Executions.Deliveries, Executions.MostExecuted()));
        Assert.Equal(0, Executions.CountFor("o"));
        await Client.CreateSessionAsync(("X-Operation", "o"));
        Assert.Equal(1, Executions.CountFor("o"));
    }

    [Fact]
    public async Task An_execution_whose_delivery_was_reset_away_still_counts()
    {
        var gate = new FaultGate();
        Faults.Next(new Fault.Hold(gate));
        var creating = Client.CreateSessionAsync(("X-Operation", "o"));
        await gate.Held.WhenReachesAsync(1).WaitAsync(Patience.Limit);

        Executions.Reset();
        gate.Release();
        await creating;

        Assert.Equal((1, 0), (Executions.CountFor("o"), Executions.DeliveriesFor("o")));
    }

    [Fact]
    public async Task Somebody_can_wait_for_a_number_of_deliveries()
    {
        var third = Executions.Delivered.WhenReachesAsync(3);
        await Client.CreateSessionAsync();
        await Client.CreateSessionAsync();
        Assert.False(third.IsCompleted);

        await Client.CreateSessionAsync();

        await third.WaitAsync(Patience.Limit);
        await Executions.Executed.WhenReachesAsync(3).WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task With_totals_only_a_question_about_one_operation_is_an_error_and_no_guess()
    {
        await using var provider = await SimulatedProviderHost.StartAsync(new SimulatedProviderOptions { CountPerOperation = false });
        using var client = new ProviderClient(provider.Address);
        await client.CreateSessionAsync(("X-Operation", "o"));

        Assert.Equal((1L, 1L), (provider.Executions.Total, provider.Executions.Deliveries));
        Assert.Throws<InvalidOperationException>(() => provider.Executions.CountFor("o"));
        Assert.Throws<InvalidOperationException>(() => provider.Executions.MostExecuted());
        var report = await ProviderClient.ReadAsync(HttpStatusCode.OK, client.SendAsync(HttpMethod.Get, "/_simulator/executions"));
        Assert.False(report.TryGetProperty("labels", out _));
    }
}
