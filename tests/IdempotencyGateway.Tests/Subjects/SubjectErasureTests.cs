using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Admin;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Tests.Subjects;

/// <summary>Everything that is recorded about somebody goes at once, on the operator's word or with the provider's deletion, and nothing of it is executed again.</summary>
public sealed class SubjectErasureTests : AdminTest
{
    private const string Alice = """{"vendor_data":"alice-1"}""";
    private const string Bob = """{"vendor_data":"bob-2"}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_operator_erases_all_records_about_one_and_leaves_the_others(bool inRedis)
    {
        await using var redis = inRedis ? await RedisProcess.StartAsync() : null;
        await using var provider = await ProviderAsync();
        var gateway = await StartAsync(provider, redis, "json:/vendor_data", "answer:/id", "header:x-person");
        await gateway.PostAsync("a1", Alice);
        await gateway.PostAsync("a2", Alice, path: "/guarded/other");
        await gateway.PostAsync("a3", Alice, caller: "caller-2");
        await gateway.PostAsync("b1", Bob);

        var erased = await PostAsync(gateway, "/subjects/erase", """{"subject":"alice-1"}""");

        Assert.Equal((200, 3, 3), (erased.Status, erased.Json.GetProperty("found").GetInt32(), erased.Json.GetProperty("erased").GetInt32()));
        (await gateway.PostAsync("a1", Alice)).AssertProblem(GatewayProblem.Erased, "a1");
        (await gateway.PostAsync("a2", Alice, path: "/guarded/other")).AssertProblem(GatewayProblem.Erased, "a2");
        (await gateway.PostAsync("a3", Alice, caller: "caller-2")).AssertProblem(GatewayProblem.Erased, "a3");
        Assert.Equal("replayed", (await gateway.PostAsync("b1", Bob)).Source);
        Assert.Equal(4, provider.Requests.Count);
    }

    [Theory]
    [InlineData(false, RecordBody.HeadersOnly)]
    [InlineData(true, RecordBody.HeadersOnly)]
    [InlineData(false, RecordBody.HashOnly)]
    public async Task A_record_is_found_by_what_only_the_answer_says(bool inRedis, RecordBody kept)
    {
        await using var redis = inRedis ? await RedisProcess.StartAsync() : null;
        await using var provider = await ProviderAsync();
        // Also when that is not kept.
        var gateway = await StartAsync(provider, redis, configure: setup => setup.Policy = setup.Policy with
        {
            Record = new() { Body = kept },
        }, sources: "answer:/id");
        await gateway.PostAsync("k", Alice);

        var erased = await PostAsync(gateway, "/subjects/erase", """{"subject":"id-of-k"}""");

        Assert.Equal(1, erased.Json.GetProperty("erased").GetInt32());
        (await gateway.PostAsync("k", Alice)).AssertProblem(GatewayProblem.Erased, "k");
    }

    [Fact]
    public async Task The_subject_is_named_neither_in_the_answer_nor_in_the_audit_log_nor_in_the_store()
    {
        await using var provider = await ProviderAsync();
        using var folder = new TemporaryFolder();
        var gateway = await StartAsync(provider, redis: null, configure: setup => setup.Folder = folder, sources: "json:/vendor_data");
        await gateway.PostAsync("k", Alice);

        var answer = await PostAsync(gateway, "/subjects/erase", """{"subject":"alice-1"}""");
        var audit = AuditOf(gateway);

        Assert.Equal(["begun", "applied"], StagesOf(audit));
        Assert.Equal(("erase subject", "1 of 1 erased"), (audit[1].GetProperty("what").GetString(), audit[1].GetProperty("after").GetString()));
        Assert.Equal($"subject:{answer.Json.GetProperty("subject").GetString()}", audit[1].GetProperty("storageKey").GetString());
        Assert.DoesNotContain("alice", answer.Text + string.Concat(audit) + string.Concat(gateway.Log.Lines), StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(folder.Path, "gateway.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            Assert.DoesNotContain("alice", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_is_unknown_is_no_error_and_what_is_no_question_is()
    {
        await using var provider = await ProviderAsync();
        var gateway = await StartAsync(provider, redis: null, "json:/vendor_data");

        var nobody = await PostAsync(gateway, "/subjects/erase", """{"subject":"nobody"}""");

        Assert.Equal((200, 0, 0), (nobody.Status, nobody.Json.GetProperty("found").GetInt32(), nobody.Json.GetProperty("erased").GetInt32()));
        AssertRefused(await PostAsync(gateway, "/subjects/erase", """{"subject":""}"""), 400, "not-readable");
        AssertRefused(await PostAsync(gateway, "/subjects/erase", "{}"), 400, "not-readable");
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(false, "d")]
    [InlineData(true, "d")]
    public async Task A_deletion_that_the_provider_confirms_erases_the_callers_own_records_only(bool inRedis, string? key)
    {
        await using var redis = inRedis ? await RedisProcess.StartAsync() : null;
        await using var provider = await ProviderAsync();
        var gateway = await StartErasingAsync(provider, redis);
        await gateway.PostAsync("mine", Alice);
        await gateway.PostAsync("theirs", Alice, caller: "caller-2");
        await gateway.PostAsync("other", Bob);

        var deleted = await DeleteAsync(gateway, "alice-1", key);

        Assert.Equal(200, deleted.Status);
        (await gateway.PostAsync("mine", Alice)).AssertProblem(GatewayProblem.Erased, "mine");
        Assert.Equal("replayed", (await gateway.PostAsync("theirs", Alice, caller: "caller-2")).Source);
        Assert.Equal("replayed", (await gateway.PostAsync("other", Bob)).Source);
        if (key is not null)
            Assert.Equal("replayed", (await DeleteAsync(gateway, "alice-1", key)).Source);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    public async Task A_deletion_that_the_provider_refuses_erases_nothing(int status)
    {
        await using var provider = await ProviderAsync(status);
        var gateway = await StartErasingAsync(provider);
        await gateway.PostAsync("k", Alice);

        Assert.Equal(status, (await DeleteAsync(gateway, "alice-1", "d")).Status);
        Assert.Equal(status, (await DeleteAsync(gateway, "alice-1", key: null)).Status);

        Assert.Equal("replayed", (await gateway.PostAsync("k", Alice)).Source);
    }

    [Fact]
    public async Task A_deletion_whose_answer_was_lost_erases_nothing()
    {
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            if (HttpMethods.IsDelete(context.Request.Method))
                context.Abort();
            else
                await context.Response.WriteAsync("{}");
        });
        var gateway = await StartErasingAsync(provider);
        await gateway.PostAsync("k", Alice);

        Assert.Equal(502, (await DeleteAsync(gateway, "alice-1", "d")).Status);
        Assert.Equal(502, (await DeleteAsync(gateway, "alice-1", key: null)).Status);

        Assert.Equal("replayed", (await gateway.PostAsync("k", Alice)).Source);
    }

    [Fact]
    public async Task A_client_that_leaves_before_its_deletion_ends_has_it_carried_out_all_the_same()
    {
        var gate = new Gate();
        await using var provider = await KestrelProvider.StartAsync(async context =>
        {
            if (HttpMethods.IsDelete(context.Request.Method))
                await gate.Opened;
            await context.Response.WriteAsync("{}");
        });
        var gateway = await StartErasingAsync(provider);
        await gateway.PostAsync("k", Alice);
        using (var client = await RawClient.Connect(gateway.Address))
        {
            await client.Send(RawClient.Request("DELETE", "/guarded/people/alice-1", "", new Field("x-api-key", "caller-1"), new Field("Idempotency-Key", "d")));
            await provider.Requests.Reached(2);
            client.Reset();
        }
        gate.Open();
        await gateway.WhenIdleAsync();

        await Eventually.TrueAsync(
            "the record is erased", async () => (await gateway.PostAsync("k", Alice)).Status == GatewayProblem.Erased.Status);
    }

    [Fact]
    public async Task A_deletion_while_the_store_is_down_is_told_of_and_its_repetition_goes_on()
    {
        await using var provider = await ProviderAsync();
        UnreliableStore? unreliable = null;
        var gateway = await StartErasingAsync(provider, configure: setup => setup.WrapStore = store => unreliable = new UnreliableStore(store));
        await gateway.PostAsync("k", Alice);
        unreliable!.Break(nameof(IIdempotencyStore.EraseAsync));

        var first = await DeleteAsync(gateway, "alice-1", "d");
        unreliable.Mend();
        Assert.Equal("replayed", (await gateway.PostAsync("k", Alice)).Source);
        var again = await DeleteAsync(gateway, "alice-1", "d");

        Assert.Equal((200, "executed", 200, "replayed"), (first.Status, first.Source, again.Status, again.Source));
        Assert.Contains(gateway.Log.Lines, line => line.Contains("did not erase all records", StringComparison.Ordinal));
        (await gateway.PostAsync("k", Alice)).AssertProblem(GatewayProblem.Erased, "k");
        // That one has finished; the next has nothing left to go on with.
        await gateway.PostAsync("anew", Alice);
        Assert.Equal("replayed", (await DeleteAsync(gateway, "alice-1", "d")).Source);
        Assert.Equal("replayed", (await gateway.PostAsync("anew", Alice)).Source);
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
        // 202 counts as done, and frees the key.
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

    [Fact]
    public async Task A_record_is_not_written_before_it_is_noted_whom_it_is_about()
    {
        await using var provider = await ProviderAsync();
        UnreliableStore? unreliable = null;
        var gateway = await StartAsync(provider, redis: null, setup => setup.WrapStore = store => unreliable = new UnreliableStore(store), "json:/vendor_data");
        unreliable!.Break(nameof(ISubjectIndex.NoteSubjectAsync));

        Assert.Equal("unrecorded", (await gateway.PostAsync("k", Alice)).Source);
        Assert.Equal(0, unreliable.CountOf(nameof(IIdempotencyStore.CompleteAsync)));
        unreliable.Mend();
        await gateway.WhenIdleAsync();

        Assert.Equal("replayed", (await gateway.PostAsync("k", Alice)).Source);
        Assert.Equal(1, (await PostAsync(gateway, "/subjects/erase", """{"subject":"alice-1"}""")).Json.GetProperty("erased").GetInt32());
    }

    private Task<GatewayUnderTest> StartAsync(KestrelProvider provider, RedisProcess? redis, params string[] sources) => StartAsync(provider, redis, null, sources);

    private async Task<GatewayUnderTest> StartAsync(KestrelProvider provider, RedisProcess? redis, Action<GatewaySetup>? configure, params string[] sources)
    {
        var store = redis is null ? null : await RedisIdempotencyStore.OpenAsync(RedisSamples.OptionsFor(redis), TimeProvider.System);
        return await StartBeforeAsync(provider.Address, setup =>
        {
            setup.Admin = true;
            setup.StoreInstead = store;
            setup.Policy = setup.Policy with { Subject = [.. sources.Select(Parse)] };
            configure?.Invoke(setup);
        });
    }

    /// <summary>Beside the usual route one that deletes people.</summary>
    private Task<GatewayUnderTest> StartErasingAsync(KestrelProvider provider, RedisProcess? redis = null, Action<GatewaySetup>? configure = null, Func<IdempotencyPolicy, IdempotencyPolicy>? adjust = null) => StartAsync(
        provider,
        redis,
        setup =>
        {
            var erasing = new IdempotencyPolicy
            {
                Name = "erasing",
                Methods = System.Collections.Frozen.FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "DELETE"),
                Key = new() { Required = false },
                Erase = new([Parse("path:id")], StatusSet.TryParse(["2xx"], out _)!),
            };
            erasing = adjust?.Invoke(erasing) ?? erasing;
            setup.Adjust = snapshot => snapshot with
            {
                GuardedRoutes = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(
                    snapshot.GuardedRoutes.Append(new("people", new("people", erasing))).ToDictionary(route => route.Key, route => route.Value)),
                Routes =
                [
                    .. snapshot.Routes,
                    new RouteConfig
                    {
                        RouteId = "people",
                        ClusterId = "provider",
                        Match = new() { Path = "/guarded/people/{id}", Methods = ["DELETE"] },
                        Metadata = new Dictionary<string, string> { ["Idempotency"] = erasing.Name },
                        Order = 0,
                    },
                ],
            };
            configure?.Invoke(setup);
        },
        "json:/vendor_data");

    private static Task<Answer> DeleteAsync(GatewayUnderTest gateway, string person, string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, $"/guarded/people/{person}");
        request.Headers.Add("x-api-key", "caller-1");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return gateway.AskAsync(request);
    }

    private static Task<KestrelProvider> ProviderAsync(int deletion = 200) => KestrelProvider.StartAsync(async context =>
    {
        if (HttpMethods.IsDelete(context.Request.Method))
            context.Response.StatusCode = deletion;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($$"""{"id":"id-of-{{context.Request.Headers["Idempotency-Key"]}}"}""");
    });

    private static SubjectSource Parse(string text) => SubjectSource.TryParse(text, out var source) ? source : throw new ArgumentException("no source", nameof(text));
}
