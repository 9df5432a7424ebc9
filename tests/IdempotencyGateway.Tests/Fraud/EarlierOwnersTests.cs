using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>A gateway died while a request was being scored. Its record was claimed but not sent, so another gateway may take it over.</summary>
public sealed class EarlierOwnersTests : FraudTest
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task What_is_not_final_frees_the_key_though_another_gateway_had_claimed_it_before()
    {
        await using var service = await ScoringAsync();
        var gateway = await StartAsync(Asking(service.Address), setup => setup.Clock = _clock);
        Assert.IsType<ClaimResult.Won>(await gateway.AskStoreElsewhereAsync("k", new OwnerId(7), asSent: false));
        _clock.Advance(TimeSpan.FromMinutes(1));
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
        await using var service = await ScoringAsync();
        var gateway = await StartWhereAnotherClaimedAsync(service, asSent: false, OnUnknown.Hold);

        var refused = await gateway.AskAsync(From(Quiet, "k"));
        await EventuallyAsync("the key is free", async () => await gateway.FindAsync("k") is null);
        var retry = await gateway.AskAsync(From(Quiet, "k"));

        refused.AssertProblem(GatewayProblem.StoreUnavailable, "k");
        Assert.Equal("executed", retry.Source);
        Assert.Single(Arrived.All);
    }

    [Fact]
    public async Task What_another_gateway_may_have_sent_is_in_doubt_again_when_the_reply_to_its_claim_was_lost()
    {
        await using var service = await ScoringAsync();
        var gateway = await StartWhereAnotherClaimedAsync(service, asSent: true, OnUnknown.ForwardAgain);

        var refused = await gateway.AskAsync(From(Quiet, "k"));
        await EventuallyAsync("it is in doubt", async () => (await gateway.FindAsync("k"))?.State == RecordState.Doubt);

        refused.AssertProblem(GatewayProblem.StoreUnavailable, "k");
        Assert.Empty(Arrived.All);
    }

    [Fact]
    public async Task While_the_store_cannot_be_told_that_it_is_about_to_be_sent_it_is_not_and_its_key_is_free()
    {
        UnreliableStore store = null!;
        await using var service = await ScoringAsync();
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

    private static Task<KestrelProvider> ScoringAsync() => KestrelProvider.StartAsync(static context => context.Response.WriteAsync("""{"score":30}"""));

    /// <summary>Starts a gateway over a record whose earlier owner's lease has lapsed; the reply to the gateway's own claim will be lost.</summary>
    private async Task<GatewayUnderTest> StartWhereAnotherClaimedAsync(KestrelProvider service, bool asSent, OnUnknown onUnknown)
    {
        UnreliableStore store = null!;
        var gateway = await StartAsync(Asking(service.Address), setup =>
        {
            setup.Clock = _clock;
            setup.WrapStore = inner => store = new(inner);
            setup.Policy = setup.Policy with { OnUnknown = onUnknown };
        });
        Assert.IsType<ClaimResult.Won>(await gateway.AskStoreElsewhereAsync("k", new OwnerId(7), asSent));
        _clock.Advance(TimeSpan.FromMinutes(1));
        store.LoseReply(nameof(store.ClaimAsync));
        return gateway;
    }

    /// <summary>Polls a condition while the manual clock advances.</summary>
    private Task EventuallyAsync(string what, Func<Task<bool>> isSo) => Eventually.TrueAsync(what, () =>
    {
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        return isSo();
    });

    private static FraudProfile Asking(Uri service)
    {
        Assert.True(JsonPointer.TryParse("/score", out var score));
        return Profile() with { External = [new("vendor", service, Patience.Limit, score)] };
    }
}
