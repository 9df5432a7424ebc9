using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Admin.Records;

/// <summary>An operator can resolve a record in doubt, but cannot change one whose request is still in flight.</summary>
public sealed class ResolveTests : AdminTest
{
    [Fact]
    public async Task After_resolving_as_executed_a_retry_gets_the_answer_that_the_operator_gave()
    {
        var gateway = await StartOpenAsync();
        await DoubtAsync(gateway, "k");

        var change = await ResolveAsync(gateway, "k", """
            {"outcome":"executed","status":201,"headers":{"Location":"/v3/session/s-1","X-Many":["a","b"]},"body":{"session_id":"s-1"}}
            """);
        var retry = await gateway.PostAsync("k");

        Assert.True(change.Status == 200, change.Text);
        Assert.Equal(
            ("in-doubt", "done", true),
            (change.Json.GetProperty("before").GetString(), change.Json.GetProperty("after").GetString(), change.Json.GetProperty("audited").GetBoolean()));
        Assert.Equal((201, """{"session_id":"s-1"}""", "replayed"), (retry.Status, retry.Text, retry.Source));
        Assert.Equal(("/v3/session/s-1", "application/json"), (retry.Headers["Location"], retry.Headers["Content-Type"]));
        Assert.Equal(1, Executions.DeliveriesFor("k"));
    }

    [Fact]
    public async Task Resolving_as_executed_starts_a_new_retention()
    {
        var clock = new ManualTimeProvider();
        var gateway = await StartOpenAsync(setup => setup.Clock = clock);
        await DoubtAsync(gateway, "k");
        var doubt = (await gateway.FindAsync("k"))!;
        clock.Advance(TimeSpan.FromHours(1));

        await ResolveAsync(gateway, "k", """{"outcome":"executed","status":201}""");

        Assert.Equal(doubt.ExpiresAt + TimeSpan.FromHours(1), (await gateway.FindAsync("k"))!.ExpiresAt);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_come_as_base64()
    {
        var gateway = await StartOpenAsync();
        await DoubtAsync(gateway, "k");

        await ResolveAsync(gateway, "k", """{"outcome":"executed","status":200,"bodyBase64":"/wAB"}""");

        Assert.Equal([0xff, 0, 1], (await gateway.PostAsync("k")).Body);
    }

    [Fact]
    public async Task After_resolving_as_never_sent_a_retry_is_executed()
    {
        var gateway = await StartOpenAsync();
        await DoubtAsync(gateway, "k");

        var change = await ResolveAsync(gateway, "k", """{"outcome":"never-sent"}""");
        var retry = await gateway.PostAsync("k");

        Assert.Equal((200, "absent"), (change.Status, change.Json.GetProperty("after").GetString()));
        Assert.Equal((201, "executed"), (retry.Status, retry.Source));
        Assert.Equal(2, Executions.DeliveriesFor("k"));
    }

    [Fact]
    public async Task What_is_still_under_way_is_left_to_its_owner()
    {
        var gateway = await StartOpenAsync();
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        var change = await ResolveAsync(gateway, "k", """{"outcome":"never-sent"}""");
        gate.Release();

        AssertRefused(change, 409, "not-in-doubt");
        Assert.Equal("sent", change.Json.GetProperty("state").GetString());
        Assert.Equal(201, (await first).Status);
    }

    [Fact]
    public async Task A_lapsed_lease_can_be_resolved_but_not_as_never_sent_while_its_owner_is_here()
    {
        var clock = new ManualTimeProvider();
        var gateway = await StartOpenAsync(setup =>
        {
            setup.Clock = clock;
            setup.WrapStore = store => new UnreliableStore(store);
        });
        Store.Break(nameof(IIdempotencyStore.RenewAsync));
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        clock.Advance(TimeSpan.FromSeconds(31));

        var neverSent = await ResolveAsync(gateway, "k", """{"outcome":"never-sent"}""");
        var executed = await ResolveAsync(gateway, "k", """{"outcome":"executed","status":201,"body":"by hand"}""");
        var retry = await gateway.PostAsync("k");
        gate.Release();
        await first;

        AssertRefused(neverSent, 409, "under-way");
        Assert.True(executed.Status == 200, executed.Text);
        Assert.Equal((201, "by hand"), (retry.Status, retry.Text));
        Assert.Equal("by hand", (await gateway.PostAsync("k")).Text);
        Assert.Equal(1, Executions.DeliveriesFor("k"));
    }

    [Fact]
    public async Task What_is_answered_stays_as_it_is()
    {
        var gateway = await StartOpenAsync();
        var first = await gateway.PostAsync("k");

        var change = await ResolveAsync(gateway, "k", """{"outcome":"executed","status":200,"body":"other"}""");

        AssertRefused(change, 409, "not-in-doubt");
        Assert.Equal("done", change.Json.GetProperty("state").GetString());
        Assert.Equal(first.Text, (await gateway.PostAsync("k")).Text);
    }

    [Theory]
    [InlineData("""{"outcome":"maybe"}""", 422, "not-answerable")]
    [InlineData("""{"outcome":"executed"}""", 422, "not-answerable")]
    [InlineData("""{"outcome":"executed","status":101}""", 422, "not-answerable")]
    [InlineData("""{"outcome":"executed","status":200,"body":"x","bodyBase64":"eA=="}""", 422, "not-answerable")]
    [InlineData("""{"outcome":"executed","status":200,"bodyBase64":"%"}""", 422, "not-answerable")]
    [InlineData("""{"outcome":"executed","status":200,"headers":{"Set-Cookie":"a=b"}}""", 422, "not-answerable")]
    [InlineData("""{"outcome":"executed","status":200,"headers":{"A B":"c"}}""", 422, "not-answerable")]
    [InlineData("""{"outcome":"executed","status":200,"headers":{"A":"b\r\nC: d"}}""", 422, "not-answerable")]
    [InlineData("""{"outcome":"never-sent","status":200}""", 422, "not-answerable")]
    [InlineData("""{"outcome":"executed","status":200,"headers":{"A":{}}}""", 400, "not-readable")]
    [InlineData("""{"outcome":"executed","status":200,"boddy":"x"}""", 400, "not-readable")]
    [InlineData("""{"outcome":""", 400, "not-readable")]
    [InlineData("null", 400, "not-readable")]
    public async Task What_makes_no_sense_changes_nothing(string json, int status, string code)
    {
        var gateway = await StartOpenAsync();
        await DoubtAsync(gateway, "k");

        AssertRefused(await ResolveAsync(gateway, "k", json), status, code);

        Assert.Equal(RecordState.Doubt, (await gateway.FindAsync("k"))!.State);
    }

    [Fact]
    public async Task An_unknown_record_and_a_key_that_is_none_are_told_apart()
    {
        var gateway = await StartOpenAsync();

        AssertRefused(await ResolveAsync(gateway, "k", """{"outcome":"never-sent"}"""), 404, "no-record");
        AssertRefused(await PostAsync(gateway, "/records/k/resolve", """{"outcome":"never-sent"}"""), 400, "not-readable");
    }

    [Fact]
    public async Task A_store_that_does_not_answer_changes_nothing_that_is_known()
    {
        var gateway = await StartOpenAsync(setup => setup.WrapStore = store => new UnreliableStore(store));
        await DoubtAsync(gateway, "k");
        Store.Break(nameof(IIdempotencyStore.ResolveAsync));

        AssertRefused(await ResolveAsync(gateway, "k", """{"outcome":"never-sent"}"""), 503, "store-unavailable");

        Assert.Equal(["begun", "unknown"], StagesOf(AuditOf(gateway)));
        (await gateway.PostAsync("k")).AssertProblem(GatewayProblem.OutcomeUnknown, "k");
    }

    private static Task<Answer> ResolveAsync(GatewayUnderTest gateway, string key, string json) =>
        PostAsync(gateway, $"/records/{gateway.StorageKeyOf(key)}/resolve", json);
}
