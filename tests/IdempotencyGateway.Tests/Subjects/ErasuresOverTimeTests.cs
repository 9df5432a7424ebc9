using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Subjects;

/// <summary>
/// An erasure covers the records and in-flight requests at the time of its order, and nothing newer, even if it is interrupted, resumed much later, or repeated.
/// </summary>
public sealed class ErasuresOverTimeTests : ErasureTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deletion_that_could_not_be_finished_is_told_of_and_its_late_repetition_goes_on_and_takes_nothing_newer(bool inRedis)
    {
        await using var redis = inRedis ? await RedisProcess.StartAsync() : null;
        await using var provider = await ProviderAsync();
        UnreliableStore? unreliable = null;
        var gateway = await StartErasingAsync(provider, redis, setup => setup.WrapStore = store => unreliable = new UnreliableStore(store));
        await gateway.PostAsync("k", Alice);
        unreliable!.Break(nameof(IIdempotencyStore.EraseAsync));

        var first = await DeleteAsync(gateway, "alice-1", "d");
        Assert.Equal((1, 0), await CountedAsync());
        unreliable.Mend();
        Assert.Equal("replayed", (await gateway.PostAsync("k", Alice)).Source);
        await gateway.PostAsync("anew", Alice);
        var again = await DeleteAsync(gateway, "alice-1", "d");

        Assert.Equal((200, "executed", 200, "replayed"), (first.Status, first.Source, again.Status, again.Source));
        Assert.Contains(gateway.Log.Lines, line => line.Contains("did not erase all records", StringComparison.Ordinal));
        (await gateway.PostAsync("k", Alice)).AssertProblem(GatewayProblem.Erased, "k");
        Assert.Equal("replayed", (await gateway.PostAsync("anew", Alice)).Source);
        Assert.Equal((1, 1), await CountedAsync());

        async Task<(double? Failed, double? Erased)> CountedAsync()
        {
            var text = (await GetAsync(gateway, "/metrics")).Text;
            return (ObservedGateway.Value(text, "idempotency_gateway_subject_erasures_failed_total"), ObservedGateway.Value(text, "idempotency_gateway_subject_records_erased_total"));
        }
    }

    [Theory]
    [InlineData(RecordBody.HashOnly, 1000, 200, false, true)]
    [InlineData(RecordBody.Full, 1, 200, false, true)]
    [InlineData(RecordBody.HashOnly, 1000, 404, false, false)]
    [InlineData(RecordBody.Full, 1, 404, false, false)]
    [InlineData(RecordBody.HashOnly, 1000, 200, true, false)]
    public async Task A_deletion_whose_answer_is_not_kept_goes_on_when_it_is_repeated_where_its_status_says_that_it_is_done(
        RecordBody body, int cap, int status, bool isGrpc, bool isErased)
    {
        await using var provider = await ProviderAsync(status);
        UnreliableStore? unreliable = null;
        var gateway = await StartErasingAsync(
            provider,
            configure: setup => setup.WrapStore = store => unreliable = new UnreliableStore(store),
            adjust: policy => policy with { Record = new() { Body = body, MaxBodyBytes = cap } });
        await gateway.PostAsync("k", Alice);
        unreliable!.Break(nameof(IIdempotencyStore.EraseAsync));

        var type = isGrpc ? "application/grpc" : null;
        await DeleteAsync(gateway, "alice-1", "d", type);
        unreliable.Mend();
        await gateway.PostAsync("anew", Alice);
        var again = await DeleteAsync(gateway, "alice-1", "d", type);

        Assert.True(isGrpc ? again.Headers["grpc-status"] == "6" : again.Json.GetProperty("code").GetString() == GatewayProblem.NotRetained.Code);
        Assert.Equal(isErased ? 410 : 200, (await gateway.PostAsync("k", Alice)).Status);
        Assert.Equal("replayed", (await gateway.PostAsync("anew", Alice)).Source);
        Assert.Single(provider.Requests.All, request => request.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_record_that_cannot_be_erased_keeps_no_other_one(bool byOperator)
    {
        await using var provider = await ProviderAsync();
        UnreliableStore? unreliable = null;
        var gateway = await StartErasingAsync(provider, configure: setup => setup.WrapStore = store => unreliable = new UnreliableStore(store));
        foreach (var key in new[] { "k1", "k2", "k3" })
            await gateway.PostAsync(key, Alice);
        unreliable!.RefuseNext(nameof(IIdempotencyStore.EraseAsync));

        Assert.Equal(byOperator ? 503 : 200, await EraseAsync());
        Assert.Equal(2, unreliable.CountOf(nameof(IIdempotencyStore.EraseAsync)));

        Assert.Equal(200, await EraseAsync());
        foreach (var key in new[] { "k1", "k2", "k3" })
            (await gateway.PostAsync(key, Alice)).AssertProblem(GatewayProblem.Erased, key);

        async Task<int> EraseAsync() => byOperator
            ? (await PostAsync(gateway, "/subjects/erase", """{"subject":"alice-1"}""")).Status
            : (await DeleteAsync(gateway, "alice-1", "d")).Status;
    }

    [Fact]
    public async Task A_record_that_another_version_wrote_and_this_one_cannot_read_keeps_no_other_one()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var provider = await ProviderAsync();
        var gateway = await StartErasingAsync(provider, redis);
        string[] keys = ["k1", "k2", "k3"];
        foreach (var key in keys)
            await gateway.PostAsync(key, Alice);
        var names = (object?[])(await redis.AskAsync("KEYS", "ig:{*}"))!;
        await redis.AskAsync("SET", names[0]!.ToString()!, "a later format");

        await DeleteAsync(gateway, "alice-1", key: null);

        Assert.Equal(keys.Length, names.Length);
        var statuses = await Task.WhenAll(keys.Select(async key => (await gateway.PostAsync(key, Alice)).Status));
        Assert.Equal([410, 410, 503], statuses.Order());
        Assert.Equal(4, provider.Requests.Count);
    }

    [Fact]
    public async Task A_name_whose_records_cannot_be_erased_keeps_no_other_name()
    {
        await using var provider = await ProviderAsync();
        var (gateway, unreliable) = await StartErasingTwoNamesAsync(provider);
        await gateway.PostAsync("k", Alice);
        await gateway.PostAsync("also", """{"vendor_data":"caller-1"}""");
        unreliable.RefuseNext(nameof(ISubjectIndex.OrderErasureAsync));

        await DeleteAsync(gateway, "alice-1", key: null);

        Assert.Equal("replayed", (await gateway.PostAsync("k", Alice)).Source);
        (await gateway.PostAsync("also", """{"vendor_data":"caller-1"}""")).AssertProblem(GatewayProblem.Erased, "also");
    }

    [Fact]
    public async Task A_store_that_is_away_is_not_asked_for_each_name()
    {
        await using var provider = await ProviderAsync();
        var (gateway, unreliable) = await StartErasingTwoNamesAsync(provider);
        unreliable.Break(nameof(ISubjectIndex.OrderErasureAsync));

        await DeleteAsync(gateway, "alice-1", key: null);

        Assert.Equal([nameof(ISubjectIndex.OrderErasureAsync)], unreliable.Failed.All);
    }

    [Theory]
    [InlineData(nameof(IIdempotencyStore.EraseAsync))]
    [InlineData(nameof(ISubjectIndex.EndErasureAsync))]
    public async Task A_gateway_that_is_killed_in_the_middle_of_an_erasure_leaves_the_rest_of_it_to_the_next_one(string last)
    {
        using var folder = new TemporaryFolder();
        using var survivor = new TemporaryFolder();
        await using var provider = await ProviderAsync();
        UnreliableStore? unreliable = null;
        var killed = await StartErasingAsync(
            provider, configure: setup => (setup.Folder, setup.WrapStore) = (folder, store => unreliable = new UnreliableStore(store)));
        await killed.PostAsync("k", Alice);
        await killed.PostAsync("k2", Alice);
        await killed.PostAsync("other", Bob);
        unreliable!.Break(last);
        await DeleteAsync(killed, "alice-1", "d");
        // What a new process would find if this one were killed now.
        StoreFiles.CopyUnclosed(folder.File("gateway.db"), survivor.File("gateway.db"));

        var gateway = await StartErasingAsync(provider, configure: setup => setup.Folder = survivor);
        await gateway.PostAsync("later", Alice);
        Assert.Equal("replayed", (await DeleteAsync(gateway, "alice-1", "d")).Source);

        (await gateway.PostAsync("k", Alice)).AssertProblem(GatewayProblem.Erased, "k");
        (await gateway.PostAsync("k2", Alice)).AssertProblem(GatewayProblem.Erased, "k2");
        Assert.Equal("replayed", (await gateway.PostAsync("later", Alice)).Source);
        Assert.Equal("replayed", (await gateway.PostAsync("other", Bob)).Source);
    }

    [Fact]
    public async Task A_deletion_is_not_recorded_before_its_order_is()
    {
        await using var provider = await ProviderAsync();
        UnreliableStore? unreliable = null;
        var gateway = await StartErasingAsync(provider, configure: setup => setup.WrapStore = store => unreliable = new UnreliableStore(store));
        await gateway.PostAsync("k", Alice);
        var completed = unreliable!.CountOf(nameof(IIdempotencyStore.CompleteAsync));
        unreliable.Break(nameof(ISubjectIndex.OrderErasureAsync));

        var first = await DeleteAsync(gateway, "alice-1", "d");

        Assert.Equal((200, "unrecorded"), (first.Status, first.Source));
        Assert.Equal(completed, unreliable.CountOf(nameof(IIdempotencyStore.CompleteAsync)));
        unreliable.Mend();
        await gateway.WhenIdleAsync();
        await gateway.PostAsync("anew", Alice);

        Assert.Equal("replayed", (await DeleteAsync(gateway, "alice-1", "d")).Source);
        (await gateway.PostAsync("k", Alice)).AssertProblem(GatewayProblem.Erased, "k");
        Assert.Equal("replayed", (await gateway.PostAsync("anew", Alice)).Source);
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    public async Task What_is_under_way_when_an_erasure_is_ordered_is_erased_when_it_settles(bool inRedis, bool byOperator, bool isAnswered)
    {
        var gate = new Gate();
        await using var redis = inRedis ? await RedisProcess.StartAsync() : null;
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            if (HttpMethods.IsPost(context.Request.Method) && context.Request.Headers["Idempotency-Key"] == "under-way")
                await gate.Opened;
            if (isAnswered || HttpMethods.IsDelete(context.Request.Method))
                await context.Response.WriteAsync("{}");
            else
                context.Abort();
        });
        var gateway = await StartErasingAsync(provider, redis, setup => setup.Admin = true);
        var underWay = gateway.PostAsync("under-way", Alice);
        await provider.Requests.Reached(1);

        if (byOperator)
            await PostAsync(gateway, "/subjects/erase", """{"subject":"alice-1"}""");
        else
            await DeleteAsync(gateway, "alice-1", "d");
        gate.Open();
        var answer = await underWay;
        var retry = await gateway.PostAsync("under-way", Alice);

        Assert.Equal(isAnswered ? (200, "unrecorded") : (502, null), (answer.Status, answer.Source));
        retry.AssertProblem(GatewayProblem.Erased, "under-way");
        Assert.Equal(byOperator ? 1 : 2, provider.Requests.Count);
    }

    [Fact]
    public async Task What_another_caller_has_under_way_is_not_a_deletions_to_erase()
    {
        var gate = new Gate();
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            if (HttpMethods.IsPost(context.Request.Method))
                await gate.Opened;
            await context.Response.WriteAsync("{}");
        });
        var gateway = await StartErasingAsync(provider);
        var underWay = gateway.PostAsync("theirs", Alice, caller: "caller-2");
        await provider.Requests.Reached(1);
        await DeleteAsync(gateway, "alice-1", "d");
        gate.Open();

        Assert.Equal("executed", (await underWay).Source);
        Assert.Equal("replayed", (await gateway.PostAsync("theirs", Alice, caller: "caller-2")).Source);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_late_repetition_of_a_deletion_leaves_alone_what_was_made_since(bool inRedis)
    {
        await using var redis = inRedis ? await RedisProcess.StartAsync() : null;
        await using var provider = await ProviderAsync();
        var gateway = await StartErasingAsync(provider, redis);
        await gateway.PostAsync("k", Alice);
        await DeleteAsync(gateway, "alice-1", "d");
        await gateway.PostAsync("anew", Alice);

        var late = await DeleteAsync(gateway, "alice-1", "d");

        Assert.Equal((200, "replayed"), (late.Status, late.Source));
        Assert.Equal("replayed", (await gateway.PostAsync("anew", Alice)).Source);
        (await gateway.PostAsync("k", Alice)).AssertProblem(GatewayProblem.Erased, "k");
    }

    [Fact]
    public async Task A_deletion_with_another_key_is_a_new_one()
    {
        await using var provider = await ProviderAsync();
        var gateway = await StartErasingAsync(provider);
        await DeleteAsync(gateway, "alice-1", "d");
        await gateway.PostAsync("anew", Alice);

        await DeleteAsync(gateway, "alice-1", "d2");

        (await gateway.PostAsync("anew", Alice)).AssertProblem(GatewayProblem.Erased, "anew");
    }

    [Fact]
    public async Task A_key_that_is_free_again_names_a_new_deletion()
    {
        var status = 200;
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            context.Response.StatusCode = HttpMethods.IsDelete(context.Request.Method) ? status : 200;
            await context.Response.WriteAsync("{}");
        });
        UnreliableStore? unreliable = null;
        // A 202 counts as a deletion, and is not final, so it releases the key.
        var gateway = await StartErasingAsync(
            provider,
            configure: setup => setup.WrapStore = store => unreliable = new UnreliableStore(store),
            adjust: erasing => erasing with { Record = erasing.Record with { Settlement = new(StatusSet.TryParse(["200"], out _)!) } });
        status = 202;
        Assert.Equal(202, (await DeleteAsync(gateway, "alice-1", "d")).Status);
        await gateway.PostAsync("k", Alice);
        status = 200;
        unreliable!.Break(nameof(IIdempotencyStore.EraseAsync));
        Assert.Equal("executed", (await DeleteAsync(gateway, "alice-1", "d")).Source);
        unreliable.Mend();

        Assert.Equal("replayed", (await DeleteAsync(gateway, "alice-1", "d")).Source);

        (await gateway.PostAsync("k", Alice)).AssertProblem(GatewayProblem.Erased, "k");
    }

    /// <summary>Starts a gateway whose deletions concern two subjects: the one in the path, and the caller.</summary>
    private async Task<(GatewayUnderTest Gateway, UnreliableStore Store)> StartErasingTwoNamesAsync(KestrelProvider provider)
    {
        UnreliableStore unreliable = null!;
        var gateway = await StartErasingAsync(
            provider,
            configure: setup => setup.WrapStore = store => unreliable = new UnreliableStore(store),
            adjust: erasing => erasing with { Erase = erasing.Erase! with { Subject = [.. erasing.Erase.Subject, Parse("header:x-api-key")] } });
        return (gateway, unreliable);
    }
}
