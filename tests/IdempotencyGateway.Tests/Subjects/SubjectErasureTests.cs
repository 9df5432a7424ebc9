using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Subjects;

/// <summary>All records about a person are erased at once, by an operator or along with the provider's deletion, and none of their requests is executed again.</summary>
public sealed class SubjectErasureTests : ErasureTest
{
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
        // Subjects are found in the answer even if its body is not recorded.
        var gateway = await StartAsync(provider, redis, configure: setup => setup.Policy = setup.Policy with
        {
            Record = new() { Body = kept },
        }, sources: "answer:/id");
        await gateway.PostAsync("k", Alice);

        var erased = await PostAsync(gateway, "/subjects/erase", """{"subject":"id-of-k"}""");

        Assert.Equal(1, erased.Json.GetProperty("erased").GetInt32());
        (await gateway.PostAsync("k", Alice)).AssertProblem(GatewayProblem.Erased, "k");
    }

    /// <summary>Kestrel decodes a path except for encoded slashes.</summary>
    [Theory]
    [InlineData("org/1", "org%2F1")]
    [InlineData("org/1", "org%2f1")]
    [InlineData("/ä b/", "%2F%C3%A4%20b%2F")]
    [InlineData("org%2F1", "org%252F1")]
    [InlineData("100%", "100%25")]
    public async Task A_person_is_named_in_a_path_as_in_a_body_whatever_has_to_be_escaped(string person, string escaped)
    {
        await using var provider = await ProviderAsync();
        var gateway = await StartErasingAsync(provider);
        var about = $$"""{"vendor_data":"{{person}}"}""";
        await gateway.PostAsync("k", about);

        Assert.Equal(200, (await DeleteAsync(gateway, escaped, key: null)).Status);

        (await gateway.PostAsync("k", about)).AssertProblem(GatewayProblem.Erased, "k");
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
    public async Task A_deletion_whose_answer_is_not_kept_is_carried_out_too()
    {
        await using var provider = await ProviderAsync();
        var gateway = await StartErasingAsync(provider, adjust: erasing => erasing with { Record = new() { Settlement = new(StatusSet.TryParse(["4xx"], out _)!) } });
        await gateway.PostAsync("k", Alice);

        Assert.Equal((200, "executed"), await DeletedAsync());
        Assert.Equal((200, "executed"), await DeletedAsync());

        (await gateway.PostAsync("k", Alice)).AssertProblem(GatewayProblem.Erased, "k");

        async Task<(int, string?)> DeletedAsync() => await DeleteAsync(gateway, "alice-1", "d") is { } answer ? (answer.Status, answer.Source) : default;
    }

    [Fact]
    public async Task A_deletion_that_passes_through_is_carried_out_too()
    {
        await using var provider = await ProviderAsync();
        UnreliableStore? unreliable = null;
        var gateway = await StartErasingAsync(
            provider,
            configure: setup => setup.WrapStore = store => unreliable = new UnreliableStore(store),
            adjust: erasing => erasing with { OnStoreDown = OnStoreDown.PassThrough });
        await gateway.PostAsync("k", Alice);
        unreliable!.Break(nameof(IIdempotencyStore.ClaimAsync));

        Assert.Equal("unguarded", (await DeleteAsync(gateway, "alice-1", "d")).Source);
        unreliable.Mend();

        (await gateway.PostAsync("k", Alice)).AssertProblem(GatewayProblem.Erased, "k");
    }

    [Fact]
    public async Task What_is_no_deletion_erases_nobody_though_it_succeeds_on_the_same_route()
    {
        await using var provider = await ProviderAsync();
        var gateway = await StartErasingAsync(provider, configure: setup =>
        {
            var erasing = setup.Adjust;
            setup.Adjust = snapshot =>
            {
                var adjusted = erasing(snapshot);
                return adjusted with { Routes = [.. adjusted.Routes.Select(route => route with { Match = route.Match with { Methods = null } })] };
            };
        });
        await gateway.PostAsync("k", Alice);
        using var look = new HttpRequestMessage(HttpMethod.Get, "/guarded/people/alice-1");
        look.Headers.Add("x-api-key", "caller-1");

        Assert.Equal(200, (await gateway.AskAsync(look)).Status);

        Assert.Equal("replayed", (await gateway.PostAsync("k", Alice)).Source);
    }

    [Fact]
    public async Task A_deletion_of_which_nobody_knows_who_asks_erases_nothing_and_is_told_of()
    {
        await using var provider = await ProviderAsync();
        var gateway = await StartErasingAsync(provider);
        await gateway.PostAsync("k", Alice);
        using var anonymous = new HttpRequestMessage(HttpMethod.Delete, "/guarded/people/alice-1");

        Assert.Equal(200, (await gateway.AskAsync(anonymous)).Status);

        Assert.Equal("replayed", (await gateway.PostAsync("k", Alice)).Source);
        Assert.Contains("\nidempotency_gateway_subject_erasures_failed_total 1\n", (await GetAsync(gateway, "/metrics")).Text, StringComparison.Ordinal);
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
}
