using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>Requests with an unknown outcome: the first caller and all retries are told so, and nothing is sent again.</summary>
public sealed class OutcomeUnknownTests : ExchangeTest
{
    public static TheoryData<string> Endings => new("reset", "execute-then-reset", "execute-then-close", "truncate", "close-delimited");

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task A_broken_exchange_is_held(string ending)
    {
        var gateway = await StartAsync();

        var first = await AskAsync(gateway, ending);
        var retry = await gateway.PostAsync("k");

        first.AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 502);
        retry.AssertProblem(GatewayProblem.OutcomeUnknown, "k");
        Assert.Equal(RecordState.Doubt, (await gateway.FindAsync("k"))!.State);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_fault_of_the_gateways_own_after_the_provider_answered_leaves_a_doubt()
    {
        var gateway = await StartAsync(setup => setup.WrapStore = inner => new UnreliableStore(inner));
        Store.Meanwhile(nameof(IIdempotencyStore.CompleteAsync), static () => throw new InvalidOperationException("a bug"));

        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        Assert.Equal(500, first.Status);
        retry.AssertProblem(GatewayProblem.OutcomeUnknown, "k");
        Assert.Equal(RecordState.Doubt, (await gateway.FindAsync("k"))!.State);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task The_status_that_arrived_before_the_break_is_told_to_everybody()
    {
        var gateway = await StartAsync();

        var first = await AskAsync(gateway, "truncate");
        var retry = await gateway.PostAsync("k");

        Assert.Equal(201, first.AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 502).GetProperty("provider_status").GetInt32());
        Assert.Equal(201, retry.AssertProblem(GatewayProblem.OutcomeUnknown, "k").GetProperty("provider_status").GetInt32());
        Assert.False(first.Headers.Has("Location"));
    }

    [Fact]
    public async Task Doubt_outlives_the_process()
    {
        using var folder = new TemporaryFolder();
        await using (var before = await GatewayUnderTest.StartAsync(Provider.Address, setup => setup.Folder = folder))
            await AskAsync(before, "execute-then-reset");
        await using var gateway = await GatewayUnderTest.StartAsync(Provider.Address, setup => setup.Folder = folder);

        var retry = await gateway.PostAsync("k");

        retry.AssertProblem(GatewayProblem.OutcomeUnknown, "k");
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task An_operator_who_knows_ends_the_doubt()
    {
        var gateway = await StartAsync();
        await AskAsync(gateway, "execute-then-reset");
        var known = RecordCodec.Encode(new RecordedResponse(201, DateTimeOffset.UnixEpoch, [], "{}"u8.ToArray(), []));
        await gateway.Store.ResolveAsync(gateway.StorageKeyOf("k"), new DoubtResolution.Executed(known), TimeSpan.FromHours(1), CancellationToken.None);

        var retry = await gateway.PostAsync("k");

        Assert.Equal((201, "{}", "replayed"), (retry.Status, retry.Text, retry.Source));
    }

    [Fact]
    public async Task A_body_without_a_client_library_to_blame_is_sent_once_though_its_connection_is_dropped()
    {
        var gateway = await StartAsync();
        Faults.UntilCleared(new Fault.Drop(FaultMoment.AfterExecuting));
        const string Ping = "POST /guarded/session/11111111-2222-3333-4444-555555555555/ping/ HTTP/1.1\r\nHost: g\r\nx-api-key: caller-1\r\nIdempotency-Key: k\r\n\r\n";

        var first = await gateway.AskRawAsync(Ping);
        var retry = await gateway.AskRawAsync(Ping);

        first.AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 502);
        retry.AssertProblem(GatewayProblem.OutcomeUnknown, "k");
        Assert.Equal((1, 1), (Executions.Total, Executions.Deliveries));
    }

    private static Task<Answer> AskAsync(GatewayUnderTest gateway, string fault)
    {
        var request = GatewayUnderTest.Post("k");
        request.Headers.Add("X-Simulate", fault);
        return gateway.AskAsync(request);
    }
}
