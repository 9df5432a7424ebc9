using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>The store fails before anything is sent, or after the provider has answered.</summary>
public sealed class StoreDownTests : ExchangeTest
{
    [Theory]
    [InlineData(StoreFailure.Unreachable)]
    [InlineData(StoreFailure.Full)]
    [InlineData(StoreFailure.Refused)]
    public async Task Without_a_store_nothing_is_sent(StoreFailure failure)
    {
        var gateway = await StartAsync(OnStoreDown.Reject);
        Store.Break(nameof(Store.ClaimAsync), failure);

        var refused = await gateway.PostAsync("k");
        Store.Mend();
        var later = await gateway.PostAsync("k");

        refused.AssertProblem(GatewayProblem.StoreUnavailable, "k");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.Equal("executed", later.Source);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_claim_whose_reply_was_lost_is_taken_back_because_nothing_was_sent()
    {
        var gateway = await StartAsync(OnStoreDown.Reject);
        Store.LoseReply(nameof(Store.ClaimAsync));

        var refused = await gateway.PostAsync("k");
        // The lost claim, the repeated claim, and its release.
        await Store.Answered.Reached(3);
        await gateway.WhenIdleAsync();
        var retry = await gateway.PostAsync("k");

        refused.AssertProblem(GatewayProblem.StoreUnavailable, "k");
        Assert.Equal((201, "executed"), (retry.Status, retry.Source));
        Assert.Equal(1, Executions.Deliveries);
    }

    [Theory]
    [InlineData(StoreFailure.NotAsked)]
    [InlineData(StoreFailure.Refused)]
    public async Task A_claim_that_cannot_be_in_the_store_is_not_taken_back(StoreFailure failure)
    {
        var gateway = await StartAsync(OnStoreDown.Reject);
        Store.Break(nameof(Store.ClaimAsync), failure);

        await gateway.PostAsync("k");

        Assert.Equal(0, gateway.Get<DeferredWrites>().Count);
        Assert.Equal([nameof(Store.ClaimAsync)], Store.Failed.All);
    }

    [Theory]
    [InlineData(StoreFailure.Unreachable, true)]
    [InlineData(StoreFailure.NotAsked, false)]
    public async Task Why_the_store_cannot_be_asked_is_told_whole_where_it_was_asked(StoreFailure failure, bool isWhole)
    {
        var gateway = await StartAsync(OnStoreDown.Reject);
        Store.Break(nameof(Store.ClaimAsync), failure);

        await gateway.PostAsync("k");

        var line = Assert.Single(gateway.Log.Lines, line => line.Contains($"the store is unavailable ({failure})", StringComparison.Ordinal));
        Assert.Equal(isWhole, line.Contains(nameof(StoreUnavailableException), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_store_a_route_may_forward_unguarded_and_says_so()
    {
        var gateway = await StartAsync(OnStoreDown.PassThrough);
        Store.Break(nameof(Store.ClaimAsync));

        var first = await gateway.PostAsync("k");
        var second = await gateway.PostAsync("k");

        Assert.Equal((201, "unguarded", "k"), (first.Status, first.Source, first.Headers[GuardedHeaders.Key]));
        Assert.Equal((201, "unguarded"), (second.Status, second.Source));
        Assert.Equal((2, 2), (Executions.Total, Executions.Deliveries));
        Assert.Equal(2, gateway.Log.Lines.Count(line => line.Contains("forwarded without protection", StringComparison.Ordinal)));
        Assert.Equal(2, gateway.Log.Lines.Count(line => line.Contains("guarded passed_through 201", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_passed_through_under_a_claim_whose_reply_was_lost_is_not_sent_again_when_the_store_is_back()
    {
        var gateway = await StartAsync(setup =>
        {
            setup.Policy = setup.Policy with { OnStoreDown = OnStoreDown.PassThrough, InFlight = setup.Policy.InFlight with { Mode = InFlightMode.Reject } };
            setup.WrapStore = inner => new UnreliableStore(inner);
        });
        Store.LoseReply(nameof(Store.ClaimAsync));

        var passed = await gateway.PostAsync("k");
        await Eventually.TrueAsync("nothing is left to write", () => gateway.Get<DeferredWrites>().Count == 0);
        var retry = await gateway.PostAsync("k");

        Assert.Equal((201, "unguarded"), (passed.Status, passed.Source));
        retry.AssertProblem(GatewayProblem.InProgress, "k");
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task What_a_provider_says_of_keys_does_not_stand_beside_what_the_gateway_says_of_them()
    {
        await using var provider = ScriptedProvider.Start(
            Step.AfterBody.Answer(201, "{}", new(GuardedHeaders.Status, GuardedHeaders.Executed), new(GuardedHeaders.Key, "k")));
        var gateway = await StartBeforeAsync(provider.Address, setup =>
        {
            setup.Policy = setup.Policy with { OnStoreDown = OnStoreDown.PassThrough, Key = new() { Required = false } };
            setup.WrapStore = inner => new UnreliableStore(inner);
        });
        Store.Break(nameof(Store.ClaimAsync));

        var passed = await gateway.PostAsync("k");
        var keyless = await gateway.PostAsync(key: null);

        Assert.Equal(["unguarded"], passed.Headers.Values(GuardedHeaders.Status));
        Assert.Equal(["k"], passed.Headers.Values(GuardedHeaders.Key));
        Assert.Equal(["unguarded"], keyless.Headers.Values(GuardedHeaders.Status));
    }

    [Fact]
    public async Task What_passes_through_has_its_key_under_the_providers_name()
    {
        await using var provider = ScriptedProvider.Start();
        var gateway = await StartBeforeAsync(provider.Address, setup =>
        {
            setup.Policy = setup.Policy with { OnStoreDown = OnStoreDown.PassThrough, Key = new() { ForwardAs = "X-Request-Id" } };
            setup.WrapStore = inner => new UnreliableStore(inner);
        });
        Store.Break(nameof(Store.ClaimAsync));

        await gateway.PostAsync("k");

        var delivery = Assert.Single(provider.Deliveries);
        Assert.Equal(("k", null), (delivery.Headers["X-Request-Id"], delivery.Headers["Idempotency-Key"]));
    }

    [Fact]
    public async Task What_passes_through_is_whole_and_still_sent_once()
    {
        var gateway = await StartAsync(OnStoreDown.PassThrough);
        Store.Break(nameof(Store.ClaimAsync));

        var echo = await gateway.PostAsync("k", new string('x', 100_000), "/guarded/echo");
        using var empty = new HttpRequestMessage(HttpMethod.Post, "/guarded/session/11111111-2222-3333-4444-555555555555/ping/");
        empty.Headers.Add("x-api-key", "c");
        empty.Headers.Add("Idempotency-Key", "dropped");
        Faults.UntilCleared(new Fault.Drop(FaultMoment.AfterExecuting));
        var dropped = await gateway.AskAsync(empty);

        Assert.Equal(100_000, echo.Json.GetProperty("body").GetProperty("length").GetInt32());
        dropped.AssertProblem(GatewayProblem.NoAnswer, "dropped", source: "unguarded");
        Assert.Equal(1, Executions.DeliveriesFor("dropped"));
    }

    [Fact]
    public async Task When_the_store_fails_after_the_provider_answered_everybody_here_gets_the_answer_and_the_record_follows()
    {
        var gateway = await StartAsync(OnStoreDown.Reject);
        Store.Break(nameof(Store.CompleteAsync));

        var first = await gateway.PostAsync("k");
        var duplicate = await gateway.PostAsync("k");
        await Store.Failed.Reached(2);
        Store.Mend();
        await gateway.WhenIdleAsync();
        var retry = await gateway.PostAsync("k");

        Assert.Equal((201, "unrecorded"), (first.Status, first.Source));
        Assert.Equal((201, "unrecorded", first.Text), (duplicate.Status, duplicate.Source, duplicate.Text));
        Assert.Equal((201, "replayed", first.Text), (retry.Status, retry.Source, retry.Text));
        Assert.Equal(RecordState.Done, (await gateway.FindAsync("k"))!.State);
        Assert.Equal((1, 1), (Executions.Total, Executions.Deliveries));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_whose_record_is_gone_when_the_store_is_back_is_named_as_lost(bool isDeferred)
    {
        var gateway = await StartAsync(OnStoreDown.Reject);
        if (isDeferred)
            Store.Break(nameof(Store.CompleteAsync));
        var held = HoldNext();
        var asking = gateway.PostAsync("k");
        await held.Held.WhenReachesAsync(1).OrGiveUp();
        await Store.EraseAsync(gateway.StorageKeyOf("k"), default, default);

        held.Release();
        var first = await asking;
        Store.Mend();
        await gateway.WhenIdleAsync();

        Assert.Equal((201, "unrecorded"), (first.Status, first.Source));
        var lost = $"The outcome of record {gateway.StorageKeyOf("k")} was not written (Lost)";
        await Eventually.TrueAsync("the loss is logged", () => gateway.Log.Lines.Any(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(lost, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_doubt_that_the_store_could_not_take_is_written_when_it_is_back()
    {
        var gateway = await StartAsync(OnStoreDown.Reject);
        Store.Break(nameof(Store.HoldAsync));
        Faults.Next(new Fault.Reset(FaultMoment.AfterExecuting));

        var first = await gateway.PostAsync("k");
        Store.Mend();
        await Store.Answered.Reached(2);
        var retry = await gateway.PostAsync("k");

        first.AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 502);
        retry.AssertProblem(GatewayProblem.OutcomeUnknown, "k");
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_key_that_the_store_could_not_free_is_freed_when_it_is_back()
    {
        var gateway = await StartAsync(OnStoreDown.Reject);
        Store.Break(nameof(Store.ReleaseAsync));
        Faults.Next(new Fault.Status(429));

        var first = await gateway.PostAsync("k");
        Store.Mend();
        var retry = await gateway.PostAsync("k");

        Assert.Equal((429, "executed"), (first.Status, first.Source));
        Assert.Equal((201, "executed"), (retry.Status, retry.Source));
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task When_not_even_the_tombstone_fits_the_first_caller_gets_the_answer_and_nobody_executes_again()
    {
        var gateway = await StartAsync(OnStoreDown.Reject);
        Store.Break(nameof(Store.CompleteAsync), StoreFailure.Full);

        var first = await gateway.PostAsync("k");
        var duplicate = await gateway.PostAsync("k");
        Store.Mend();
        await gateway.WhenIdleAsync();
        var retry = await gateway.PostAsync("k");

        Assert.Equal((201, "unrecorded"), (first.Status, first.Source));
        Assert.Equal((201, first.Text), (duplicate.Status, duplicate.Text));
        retry.AssertProblem(GatewayProblem.NotRetained, "k");
        Assert.Equal(1, Executions.Deliveries);
    }

    private Task<GatewayUnderTest> StartAsync(OnStoreDown onStoreDown) => StartAsync(setup =>
    {
        setup.Policy = setup.Policy with { OnStoreDown = onStoreDown };
        setup.WrapStore = inner => new UnreliableStore(inner);
    });
}
