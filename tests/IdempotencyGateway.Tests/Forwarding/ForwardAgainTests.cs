using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Tests.Testing;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>The policy ForwardAgain, for providers that are idempotent themselves: a retry of a request in doubt is sent to the same destination with the same key.</summary>
public sealed class ForwardAgainTests
{
    private const string Bare = "POST without body or Content-Length";

    [Fact]
    public async Task A_retry_is_one_more_delivery_with_the_same_key_until_an_answer_is_recorded()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Close(), Step.AfterBody.Close(), Step.AfterBody.Answer(201));
        await using var gateway = await Guard(provider);

        var told = new List<(Told, int Deliveries)>();
        for (var attempt = 1; attempt <= 4; attempt++)
            told.Add((Told.By(await gateway.Ask(Shape.Of(Bare, "k-1"))), provider.Deliveries.Count));

        var unknown = new Told(502, "outcome-unknown", Retryable: true);
        Assert.Equal([(unknown, 1), (unknown, 2), (new Told(201), 3), (new Told(201), 3)], told);
        Assert.All(provider.Deliveries, delivery => Assert.Equal("k-1", delivery.Headers["Idempotency-Key"]));
    }

    /// <summary>
    /// The gateway treats both spellings as one key, so it must send one spelling. Otherwise the provider, whose idempotency alone prevents a second execution, would see two keys.
    /// </summary>
    [Theory]
    [InlineData("\"k-1\"", "k-1", "k-1")]
    [InlineData("k-1", "\"k-1\"", "k-1")]
    [InlineData("\"k 1\"", "\"k 1\"", "\"k 1\"")]
    public async Task The_provider_sees_one_spelling_of_the_key_however_each_attempt_spells_it(string once, string again, string seen)
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Close(), Step.AfterBody.Answer(201));
        await using var gateway = await Guard(provider);

        await gateway.Ask(Shape.Of(Bare, once));
        var answered = await gateway.Ask(Shape.Of(Bare, again));

        Assert.Equal((201, again), (answered.Status, answered.Headers["Idempotency-Key"]));
        Assert.Equal([seen, seen], provider.Deliveries.Select(delivery => delivery.Headers["Idempotency-Key"]));
    }

    /// <summary>
    /// A 429 or 503 to the second attempt proves nothing about the first. If it released the key, a further retry could go to another destination, which does not know
    /// the key and would execute again.
    /// </summary>
    [Fact]
    public async Task An_answer_that_frees_other_keys_leaves_this_one_in_doubt_and_at_its_destination()
    {
        Step[] script = [Step.AfterBody.Close(), Step.AfterBody.Answer(429), Step.AfterBody.Answer(503), Step.AfterBody.Answer(201)];
        await using var one = ScriptedProvider.Start(script);
        await using var other = ScriptedProvider.Start(script);
        await using var gateway = await Guard(one, other);

        var first = await gateway.Ask(Shape.Of(Bare, "k-1"));
        var refused = await gateway.Ask(Shape.Of(Bare, "k-1"));
        var state = await gateway.StateOf("k-1");
        var answered = await gateway.Ask(Shape.Of(Bare, "k-1"));

        Assert.Equal([502, 429, 503], [first.Status, refused.Status, answered.Status]);
        Assert.Equal(RecordState.Doubt, state);
        Assert.Equal(RecordState.Done, await gateway.StateOf("k-1"));
        Assert.Equal([0, 3], new[] { one.Deliveries.Count, other.Deliveries.Count }.Order());
    }

    [Fact]
    public async Task A_retry_that_cannot_be_sent_leaves_the_key_in_doubt_and_at_its_destination()
    {
        var provider = ScriptedProvider.Start(Step.AfterBody.Close());
        await using var gateway = await Guard(provider);

        var first = await gateway.Ask(Shape.Of(Bare, "k-1"));
        await provider.DisposeAsync();
        var retry = await gateway.Ask(Shape.Of(Bare, "k-1"));

        Assert.Equal(new Told(502, "outcome-unknown", Retryable: true), Told.By(first));
        // A "nothing was sent" problem would be true of this attempt only, but the client would take it for the whole request.
        Assert.Equal(new Told(409, "outcome-unknown", Retryable: true), Told.By(retry));
        Assert.Equal(RecordState.Doubt, await gateway.StateOf("k-1"));
    }

    [Fact]
    public async Task What_was_once_heard_of_the_provider_is_kept_by_attempts_that_hear_nothing_and_told_where_nothing_is_sent()
    {
        var provider = ScriptedProvider.Start(Step.AfterBody.AnswerPart(201, """{"id":"s-1"}""", 5).Close(), Step.AfterBody.Close());
        await using var gateway = await Guard(provider);

        var heard = Told.By(await gateway.Ask(Shape.Of(Bare, "k-1")));
        var atFirst = await KnownOf(gateway);
        var silent = Told.By(await gateway.Ask(Shape.Of(Bare, "k-1")));
        var afterSilence = await KnownOf(gateway);
        await provider.DisposeAsync();
        var notSent = Told.By(await gateway.Ask(Shape.Of(Bare, "k-1")));

        Assert.Equal(new Told(502, "outcome-unknown", Retryable: true, ProviderStatus: 201), heard);
        Assert.Equal(new Told(502, "outcome-unknown", Retryable: true), silent);
        Assert.Equal(new Told(409, "outcome-unknown", Retryable: true, ProviderStatus: 201), notSent);
        Assert.Equal((201, atFirst, atFirst), (atFirst.Status, afterSilence, await KnownOf(gateway)));
        Assert.Equal((RecordState.Doubt, 3), ((await gateway.RecordOf("k-1"))!.State, (await gateway.RecordOf("k-1"))!.Fence));
    }

    [Fact]
    public async Task Of_two_attempts_that_heard_something_the_later_one_is_kept()
    {
        await using var provider = ScriptedProvider.Start(
            Step.AfterBody.AnswerPart(500, """{"id":"s-1"}""", 5).Close(), Step.AfterBody.AnswerPart(201, """{"id":"s-1"}""", 5).Close());
        await using var gateway = await Guard(provider);

        await gateway.Ask(Shape.Of(Bare, "k-1"));
        await gateway.Ask(Shape.Of(Bare, "k-1"));

        Assert.Equal(201, (await KnownOf(gateway)).Status);
    }

    private static async Task<RecordedAnswer.Tombstone> KnownOf(GatewayUnderTest gateway) =>
        Assert.IsType<RecordedAnswer.Tombstone>(RecordCodec.Decode((await gateway.RecordOf("k-1"))!.Response));

    private static Task<GatewayUnderTest> Guard(params ScriptedProvider[] providers) => Asking.Guard(providers[0].Address, setup =>
    {
        setup.Policy = Asking.Policy with { OnUnknown = OnUnknown.ForwardAgain };
        setup.Destinations = _ => providers.Index().ToDictionary(
            each => $"d{each.Index}", each => new DestinationConfig { Address = each.Item.Address.ToString() });
        setup.Adjust = snapshot => snapshot with { Clusters = [snapshot.Clusters[0] with { LoadBalancingPolicy = "RoundRobin" }] };
    });
}
