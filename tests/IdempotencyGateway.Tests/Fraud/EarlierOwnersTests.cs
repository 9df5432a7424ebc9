using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>A gateway that died while it had a request scored: what it had merely claimed is another's, and it has sent nothing.</summary>
public sealed class EarlierOwnersTests : FraudTest
{
    [Fact]
    public async Task What_is_not_final_frees_the_key_though_another_gateway_had_claimed_it_before()
    {
        var clock = new ManualTimeProvider();
        await using var service = await KestrelProvider.StartAsync(static context => context.Response.WriteAsync("""{"score":30}"""));
        var gateway = await StartAsync(Asking(service.Address), setup => setup.Clock = clock);
        Assert.IsType<ClaimResult.Won>(await gateway.AskStoreElsewhereAsync("k", new OwnerId(7), asSent: false));
        clock.Advance(TimeSpan.FromMinutes(1));
        Answer = static context =>
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return Task.CompletedTask;
        };

        var first = await gateway.AskAsync(From(Quiet, "k"));
        Answer = static context =>
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            return Task.CompletedTask;
        };
        var second = await gateway.AskAsync(From(Quiet, "k"));

        Assert.Equal((429, "executed"), (first.Status, first.Source));
        Assert.Equal((201, "executed"), (second.Status, second.Source));
    }

    [Fact]
    public async Task A_claim_whose_reply_was_lost_is_taken_back_though_another_gateway_had_claimed_it_before()
    {
        var clock = new ManualTimeProvider();
        UnreliableStore store = null!;
        await using var service = await KestrelProvider.StartAsync(static context => context.Response.WriteAsync("""{"score":30}"""));
        var gateway = await StartAsync(Asking(service.Address), setup =>
        {
            setup.Clock = clock;
            setup.WrapStore = inner => store = new(inner);
        });
        Assert.IsType<ClaimResult.Won>(await gateway.AskStoreElsewhereAsync("k", new OwnerId(7), asSent: false));
        clock.Advance(TimeSpan.FromMinutes(1));
        store.LoseReply(nameof(store.ClaimAsync));

        var refused = await gateway.AskAsync(From(Quiet, "k"));
        await Eventually.TrueAsync("it is free", async () =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            return await gateway.FindAsync("k") is null;
        });
        var retry = await gateway.AskAsync(From(Quiet, "k"));

        refused.AssertProblem(GatewayProblem.StoreUnavailable, "k");
        Assert.Equal("executed", retry.Source);
        Assert.Single(Arrived.All);
    }

    [Fact]
    public async Task What_another_gateway_may_have_sent_is_in_doubt_again_when_the_reply_to_its_claim_was_lost()
    {
        var clock = new ManualTimeProvider();
        UnreliableStore store = null!;
        await using var service = await KestrelProvider.StartAsync(static context => context.Response.WriteAsync("""{"score":30}"""));
        var gateway = await StartAsync(Asking(service.Address), setup =>
        {
            setup.Clock = clock;
            setup.WrapStore = inner => store = new(inner);
            setup.Policy = setup.Policy with { OnUnknown = OnUnknown.ForwardAgain };
        });
        Assert.IsType<ClaimResult.Won>(await gateway.AskStoreElsewhereAsync("k", new OwnerId(7), asSent: true));
        clock.Advance(TimeSpan.FromMinutes(1));
        store.LoseReply(nameof(store.ClaimAsync));

        var refused = await gateway.AskAsync(From(Quiet, "k"));
        await Eventually.TrueAsync("it is in doubt", async () =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            return (await gateway.FindAsync("k"))?.State == RecordState.Doubt;
        });

        refused.AssertProblem(GatewayProblem.StoreUnavailable, "k");
        Assert.Empty(Arrived.All);
    }

    [Fact]
    public async Task While_the_store_cannot_be_told_that_it_is_about_to_be_sent_it_is_not_and_its_key_is_free()
    {
        UnreliableStore store = null!;
        await using var service = await KestrelProvider.StartAsync(static context => context.Response.WriteAsync("""{"score":30}"""));
        var gateway = await StartAsync(Asking(service.Address), setup => setup.WrapStore = inner => store = new(inner));
        store.Break(nameof(store.MarkSentAsync));

        var refused = await gateway.AskAsync(From(Quiet, "k"));
        Assert.Empty(Arrived.All);
        store.Mend();
        var retry = await gateway.AskAsync(From(Quiet, "k"));

        refused.AssertProblem(GatewayProblem.StoreUnavailable, "k");
        Assert.Equal("executed", retry.Source);
        Assert.Single(Arrived.All);
    }

    [Fact]
    public async Task A_request_whose_record_is_overruled_while_it_is_scored_is_not_sent()
    {
        GatewayUnderTest? gateway = null;
        var tombstone = RecordCodec.Encode(new RecordedAnswer.Tombstone(TombstoneReason.Erased, Status: null, DateTimeOffset.UnixEpoch));
        await using var service = await KestrelProvider.StartAsync(async context =>
        {
            await gateway!.Store.EraseAsync(gateway.StorageKeyOf("k"), tombstone, CancellationToken.None);
            await context.Response.WriteAsync("""{"score":30}""");
        });
        gateway = await StartAsync(Asking(service.Address));

        var answer = await gateway.AskAsync(From(Quiet, "k"));
        var retry = await gateway.AskAsync(From(Quiet, "k"));

        answer.AssertProblem(GatewayProblem.InProgress, "k");
        retry.AssertProblem(GatewayProblem.Erased, "k");
        Assert.Empty(Arrived.All);
    }

    private static FraudProfile Asking(Uri service)
    {
        Assert.True(JsonPointer.TryParse("/score", out var score));
        return Profile() with { External = [new("vendor", service, Patience.Limit, score)] };
    }
}
