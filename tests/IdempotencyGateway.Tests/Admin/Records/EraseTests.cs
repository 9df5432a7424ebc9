using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Admin.Records;

/// <summary>An erased answer is unavailable to everybody at once, and its request is not executed again.</summary>
public sealed class EraseTests : AdminTest
{
    [Fact]
    public async Task A_retry_after_erasure_gets_410_though_a_copy_was_in_memory()
    {
        var gateway = await StartOpenAsync();
        await gateway.PostAsync("k");
        Assert.Equal("replayed", (await gateway.PostAsync("k")).Source);

        var change = await EraseAsync(gateway);
        var retry = await gateway.PostAsync("k");

        Assert.Equal((200, "done", "done"), (change.Status, change.Json.GetProperty("before").GetString(), change.Json.GetProperty("after").GetString()));
        retry.AssertProblem(GatewayProblem.Erased, "k");
        Assert.Equal(1, Executions.DeliveriesFor("k"));
        var record = await GetAsync(gateway, $"/records/{gateway.StorageKeyOf("k")}");
        Assert.Equal("erased", record.Json.GetProperty("content").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Who_waits_for_a_request_whose_record_is_erased_waits_no_longer()
    {
        var gateway = await StartOpenAsync();
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        var duplicate = gateway.PostAsync("k");

        var change = await EraseAsync(gateway);
        (await duplicate).AssertProblem(GatewayProblem.Erased, "k");
        gate.Release();

        Assert.Equal(200, change.Status);
        Assert.Equal((201, "unrecorded"), ((await first).Status, (await first).Source));
        Assert.Equal(1, Executions.DeliveriesFor("k"));
    }

    [Fact]
    public async Task An_answer_that_was_read_just_before_it_is_erased_is_not_kept_in_memory()
    {
        var gateway = await StartOpenAsync(setup => setup.WrapStore = store => new UnreliableStore(store));
        await gateway.PostAsync("k");
        gateway.Get<CompletedCopies>().Evict(gateway.StorageKeyOf("k"));
        Store.BeforeTheReply(nameof(IIdempotencyStore.ClaimAsync), async () => Assert.Equal(200, (await EraseAsync(gateway)).Status));

        var meanwhile = await gateway.PostAsync("k");
        var later = await gateway.PostAsync("k");

        Assert.Equal((201, "replayed"), (meanwhile.Status, meanwhile.Source));
        later.AssertProblem(GatewayProblem.Erased, "k");
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_erased()
    {
        var gateway = await StartOpenAsync();

        AssertRefused(await EraseAsync(gateway), 404, "no-record");

        Assert.Equal(["refused"], StagesOf(AuditOf(gateway)));
    }

    private static Task<Answer> EraseAsync(GatewayUnderTest gateway) =>
        AskAsync(gateway, HttpMethod.Delete, $"/records/{gateway.StorageKeyOf("k")}");
}
