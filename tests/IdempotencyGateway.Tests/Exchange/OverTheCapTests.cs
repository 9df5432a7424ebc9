using System.Net;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>Answers that are not kept (larger than the route's cap, erased, or too large for a full store): a tombstone stays, so the request is still not sent again.</summary>
public sealed class OverTheCapTests : ExchangeTest
{
    private const int Cap = 1000;

    [Fact]
    public async Task An_answer_over_the_cap_streams_through_and_retries_are_told_that_it_was_not_kept()
    {
        var last = new Gate();
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            context.Response.StatusCode = 201;
            context.Response.Headers.SetCookie = "s=1";
            await context.Response.Body.WriteAsync(new byte[Cap]);
            await context.Response.Body.WriteAsync(new byte[1]);
            await context.Response.Body.FlushAsync();
            await last.Opened;
            await context.Response.Body.WriteAsync(new byte[Cap]);
        });
        var gateway = await StartAsync(provider);

        using var response = await gateway.Client.SendAsync(GatewayUnderTest.Post("k"), HttpCompletionOption.ResponseHeadersRead).OrGiveUp();
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[Cap + 1]).AsTask().OrGiveUp();
        var early = await gateway.PostAsync("k");
        last.Open();
        var rest = new byte[Cap];
        await body.ReadExactlyAsync(rest).AsTask().OrGiveUp();
        Assert.Equal(0, await body.ReadAsync(rest).AsTask().OrGiveUp());
        var late = await gateway.PostAsync("k");

        Assert.Equal((HttpStatusCode.Created, "executed"), (response.StatusCode, response.Headers.GetValues(GuardedHeaders.Status).Single()));
        Assert.Equal("s=1", response.Headers.GetValues("Set-Cookie").Single());
        foreach (var retry in new[] { early, late })
            Assert.Equal(201, retry.AssertProblem(GatewayProblem.NotRetained, "k").GetProperty("provider_status").GetInt32());
        Assert.Equal(1, provider.Requests.Count);
    }

    [Theory]
    [InlineData(Cap, "replayed")]
    [InlineData(Cap + 1, null)]
    public async Task The_cap_is_exact(int length, string? source)
    {
        await using var provider = await KestrelProvider.StartAsync(context => context.Response.Body.WriteAsync(new byte[length]).AsTask());
        var gateway = await StartAsync(provider);

        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        Assert.Equal((200, length, "executed"), (first.Status, first.Body.Length, first.Source));
        Assert.Equal(source, retry.Source);
        Assert.Equal(1, provider.Requests.Count);
    }

    [Fact]
    public async Task A_large_answer_that_is_not_final_streams_through_and_frees_the_key()
    {
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            context.Response.StatusCode = 429;
            await context.Response.Body.WriteAsync(new byte[2 * Cap]);
        });
        var gateway = await StartAsync(provider);

        var first = await gateway.PostAsync("k");
        var second = await gateway.PostAsync("k");

        Assert.Equal((429, 2 * Cap, "executed"), (first.Status, first.Body.Length, first.Source));
        Assert.Equal("executed", second.Source);
        Assert.Equal(2, provider.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_answer_that_breaks_off_is_not_taken_for_a_whole_one(bool chunked)
    {
        await using var provider = ScriptedProvider.Start(
            chunked ? Step.AfterBody.AnswerChunkedPart(200, new string('x', 3 * Cap)).Close() : Step.AfterBody.AnswerPart(200, new string('x', 5 * Cap), 3 * Cap).Close());
        var gateway = await StartBeforeAsync(provider.Address, WithCap);
        using var client = await RawClient.Connect(gateway.Address);
        await client.Send(RawClient.Request(
            "POST", "/guarded/session/", "{}", new Field("x-api-key", "caller-1"), new Field("Idempotency-Key", "k"), new Field("Content-Type", "application/json; charset=utf-8")));

        var first = await client.ReadAnswer();
        var retry = await gateway.PostAsync("k", "{}");

        // The client gets a cut-off answer, or none if the abort overtook its first bytes.
        Assert.False(first?.Complete ?? false);
        Assert.Equal(200, retry.AssertProblem(GatewayProblem.NotRetained, "k").GetProperty("provider_status").GetInt32());
        Assert.Single(provider.Deliveries);
    }

    [Fact]
    public async Task Whoever_waited_is_told_as_soon_as_the_answer_outgrows_the_cap()
    {
        var (begins, ends) = (new Gate(), new Gate());
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            await begins.Opened;
            await context.Response.Body.WriteAsync(new byte[Cap + 1]);
            await context.Response.Body.FlushAsync();
            await ends.Opened;
        });
        var time = new ManualTimeProvider();
        var wait = TimeSpan.FromSeconds(7);
        var gateway = await StartBeforeAsync(provider.Address, setup =>
        {
            setup.Clock = time;
            setup.Policy = setup.Policy with { InFlight = new() { Timeout = wait } };
            WithCap(setup);
        });
        var first = gateway.PostAsync("k");
        await provider.Requests.Reached(1);
        var duplicate = gateway.PostAsync("k");
        await time.WhenArmedAsync(wait);

        begins.Open();
        (await duplicate.OrGiveUp()).AssertProblem(GatewayProblem.NotRetained, "k");
        Assert.False(first.IsCompleted);
        ends.Open();

        Assert.Equal((200, Cap + 1, "executed"), ((await first).Status, (await first).Body.Length, (await first).Source));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_answer_that_the_store_cannot_note_is_not_executed_again_and_is_noted_when_it_is_back(bool breaksOff)
    {
        var body = new string('x', 3 * Cap);
        await using var provider = ScriptedProvider.Start(breaksOff ? Step.AfterBody.AnswerChunkedPart(200, body).Close() : Step.AfterBody.AnswerChunked(200, body));
        var gateway = await StartBeforeAsync(provider.Address, setup =>
        {
            WithCap(setup);
            setup.Admin = true;
            setup.WrapStore = inner => new UnreliableStore(inner);
        });
        Store.Break(nameof(IIdempotencyStore.CompleteAsync));

        string? source = null;
        // If the answer breaks off, the abort may overtake even its first bytes, so the client may get nothing.
        var cut = await Record.ExceptionAsync(async () => source = (await gateway.PostAsync("k").OrGiveUp()).Source);
        var duplicate = await gateway.PostAsync("k");
        Store.Mend();
        await gateway.WhenIdleAsync();
        var retry = await gateway.PostAsync("k");

        Assert.Equal((breaksOff, breaksOff ? null : GuardedHeaders.Unrecorded), (cut is not null, source));
        var counted = $"idempotency_gateway_requests_total{{outcome=\"{(breaksOff ? "cut_short" : "unrecorded")}\",route=\"guarded\"}} 1\n";
        await Eventually.TrueAsync("operators see how the first one ended", async () =>
            (await gateway.AskAsync(new(HttpMethod.Get, new Uri(gateway.AdminAddress!, "metrics")))).Text.Contains(counted, StringComparison.Ordinal));
        duplicate.AssertProblem(GatewayProblem.NotRetained, "k");
        retry.AssertProblem(GatewayProblem.NotRetained, "k");
        Assert.Single(provider.Deliveries);
    }

    [Fact]
    public async Task A_client_that_leaves_a_large_answer_does_not_stop_it()
    {
        var last = new Gate();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            await context.Response.Body.WriteAsync(new byte[2 * Cap]);
            await last.Opened;
            await context.Response.Body.WriteAsync(new byte[200 * Cap]);
            await context.Response.CompleteAsync();
            ended.SetResult();
        });
        var gateway = await StartAsync(provider);
        using (var client = await RawClient.Connect(gateway.Address))
        {
            await client.Send(RawClient.Request("POST", "/guarded/session/", "{}", new Field("x-api-key", "caller-1"), new Field("Idempotency-Key", "k")));
            await client.ReadExactly(Cap);
            client.Reset();
        }
        last.Open();

        await ended.Task.OrGiveUp();
        await gateway.WhenIdleAsync();

        Assert.Equal(1, provider.Requests.Count);
        Assert.IsType<RecordedAnswer.Tombstone>(RecordCodec.Decode((await gateway.FindAsync("k"))!.Response));
    }

    [Fact]
    public async Task An_erased_answer_is_gone_and_nothing_is_executed_again()
    {
        var gateway = await StartBeforeAsync(Provider.Address, setup => setup.Adjust = snapshot => snapshot with { Cache = new() { MaxBytes = 0 } });
        await gateway.PostAsync("k");
        var tombstone = RecordCodec.Encode(new RecordedAnswer.Tombstone(TombstoneReason.Erased, null, DateTimeOffset.UnixEpoch));
        await gateway.Store.EraseAsync(gateway.StorageKeyOf("k"), tombstone, CancellationToken.None);

        var retry = await gateway.PostAsync("k");

        retry.AssertProblem(GatewayProblem.Erased, "k");
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task A_record_of_a_form_this_gateway_cannot_read_is_not_executed_again()
    {
        var gateway = await StartBeforeAsync(Provider.Address, setup => setup.Adjust = snapshot => snapshot with { Cache = new() { MaxBytes = 0 } });
        await gateway.PostAsync("k");
        await gateway.Store.EraseAsync(gateway.StorageKeyOf("k"), new byte[] { 9, 9, 9 }, CancellationToken.None);

        var retry = await gateway.PostAsync("k");

        retry.AssertProblem(GatewayProblem.StoreUnavailable, "k");
        Assert.Equal("1", retry.Headers["Retry-After"]);
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task When_the_store_is_full_the_fact_still_fits()
    {
        var gateway = await StartBeforeAsync(Provider.Address, setup =>
        {
            setup.WrapStore = inner => new UnreliableStore(inner);
            setup.Adjust = snapshot => snapshot with { Cache = new() { MaxBytes = 0 } };
        });
        Store.Break(nameof(IIdempotencyStore.CompleteAsync), StoreFailure.Full, overBytes: 100);

        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        Assert.Equal((201, "executed"), (first.Status, first.Source));
        Assert.Equal(201, retry.AssertProblem(GatewayProblem.NotRetained, "k").GetProperty("provider_status").GetInt32());
        Assert.Equal(1, Executions.Deliveries);
    }

    private Task<GatewayUnderTest> StartAsync(KestrelProvider provider) => StartBeforeAsync(provider.Address, WithCap);

    private static void WithCap(GatewaySetup setup) => setup.Policy = setup.Policy with { Record = new() { MaxBodyBytes = Cap } };
}
