using System.Net;
using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Stores.Sqlite.Redo;
using IdempotencyGateway.Tests.Protection.Encryption;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>Stored records reveal nothing of a request or its answer, and a ciphertext decrypts only in the record and state it was encrypted for.</summary>
public sealed class EncryptionAtRestTests : ExchangeTest
{
    /// <summary>The parts of the exchange that must not appear in any file.</summary>
    private static readonly string[] Telling =
    [
        "order-4711-key", "secret-credential", "Alexander", "vendor-data-99", "/guarded/verify", "X-Internal-Note", "note-in-a-header", "session-token-77", "Sample-Answer",
    ];

    [Fact]
    public async Task The_database_and_its_log_say_nothing_of_a_request_or_its_answer()
    {
        using var folder = new TemporaryFolder();
        await using var provider = await ProviderAsync();
        await using (var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup => (setup.Folder, setup.Policy) = (folder, AboutSomebody(setup.Policy))))
        {
            await ExchangeAsync(gateway);
            // So far the records are only in the redo log, not in the database file.
            Assert.True(new FileInfo(StoreFiles.Redo(folder.File("gateway.db"))).Length > 0);
            AssertSaysNothing(folder);
        }
        AssertSaysNothing(folder);
    }

    [Fact]
    public async Task A_redis_dump_says_nothing_of_a_request_or_its_answer()
    {
        await using var redis = await RedisProcess.StartAsync("appendfsync always", "save 3600 1");
        await using var provider = await ProviderAsync();
        var store = await RedisIdempotencyStore.OpenAsync(RedisSamples.OptionsFor(redis), TimeProvider.System);
        await using (var gateway = await StartOnAsync(provider, store))
            await ExchangeAsync(gateway);
        await redis.AskAsync("SAVE");

        var keys = ((object?[])(await redis.AskAsync("KEYS", "*"))!).Cast<string>().ToArray();
        Assert.NotEmpty(keys);
        foreach (var key in keys)
        {
            // Strings are records; the sorted sets index the records that are not done.
            var content = await redis.AskAsync("TYPE", key) is "zset"
                ? string.Join('\n', ((object?[])(await redis.AskAsync("ZRANGE", key, "0", "-1"))!).Cast<string>())
                : (string)(await redis.AskAsync("GET", key))!;
            Assert.All(Telling, word => Assert.DoesNotContain(word, key + content, StringComparison.OrdinalIgnoreCase));
        }
        Assert.NotEmpty(Directory.GetFiles(redis.Folder, "*.rdb", SearchOption.AllDirectories));
        Assert.NotEmpty(Directory.GetFiles(redis.Folder, "*.aof", SearchOption.AllDirectories));
        foreach (var file in Directory.GetFiles(redis.Folder, "*", SearchOption.AllDirectories))
            AssertSaysNothing(file);
    }

    [Fact]
    public async Task A_record_whose_key_is_missing_is_an_honest_refusal_until_the_key_is_back()
    {
        var ring = new KeyRingSource(Rings.Of("a"));
        var gateway = await StartAsync(setup =>
        {
            setup.KeyRing = _ => ring;
            setup.Adjust = WithoutCopies;
        });
        var first = await gateway.PostAsync("k");
        ring.Replace(Rings.Of("b"));

        var refused = await gateway.PostAsync("k");
        ring.Replace(Rings.Of("a", "b"));
        var replayed = await gateway.PostAsync("k");

        var detail = refused.AssertProblem(GatewayProblem.StoreUnavailable, "k").GetProperty("detail").GetString();
        Assert.Contains("not in the key ring", detail, StringComparison.Ordinal);
        Assert.Contains(gateway.Log.Lines, line => line.Contains("cannot be opened (UnknownKey", StringComparison.Ordinal) && line.Contains(Rings.Key("a").Name, StringComparison.Ordinal));
        Assert.Equal((first.Status, first.Text, "replayed"), (replayed.Status, replayed.Text, replayed.Source));
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task What_could_not_be_read_is_asked_for_again_and_not_remembered()
    {
        var ring = new KeyRingSource(Rings.Of("a"));
        using var folder = new TemporaryFolder();
        await using (var before = await GatewayUnderTest.StartAsync(Provider.Address, setup => (setup.KeyRing, setup.Folder) = (_ => ring, folder)))
            await before.PostAsync("k");
        ring.Replace(Rings.Of("b"));
        await using var gateway = await GatewayUnderTest.StartAsync(Provider.Address, setup => (setup.KeyRing, setup.Folder) = (_ => ring, folder));

        Assert.Equal(503, (await gateway.PostAsync("k")).Status);
        ring.Replace(Rings.Of("a", "b"));

        Assert.Equal("replayed", (await gateway.PostAsync("k")).Source);
    }

    [Fact]
    public async Task A_record_moved_to_another_key_is_refused_and_nothing_is_sent()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var provider = await ProviderAsync();
        var store = await RedisIdempotencyStore.OpenAsync(RedisSamples.OptionsFor(redis), TimeProvider.System);
        await using var gateway = await StartOnAsync(provider, store);
        await gateway.PostAsync("mine", caller: "caller-1");
        await gateway.PostAsync("mine", caller: "caller-2");

        // An attacker with write access to the store copies one caller's whole record, fence included, over another caller's.
        var (one, other) = (NameOf("caller-1"), NameOf("caller-2"));
        await redis.AskAsync("COPY", one, other, "REPLACE");

        Assert.Equal("replayed", (await gateway.PostAsync("mine", caller: "caller-1")).Source);
        (await gateway.PostAsync("mine", caller: "caller-2")).AssertProblem(GatewayProblem.StoreUnavailable, "mine");
        Assert.Equal(2, provider.Requests.Count);

        string NameOf(string caller) => $"ig:{{{gateway.StorageKeyOf("mine", caller)}}}";
    }

    [Fact]
    public async Task A_record_moved_by_a_frame_of_the_redo_log_is_refused_and_nothing_is_sent()
    {
        using var folder = new TemporaryFolder();
        using var survivor = new TemporaryFolder();
        await using var provider = await ProviderAsync();
        var killed = await GatewayUnderTest.StartAsync(provider.Address, setup => setup.Folder = folder);
        await using var _ = killed;
        await killed.PostAsync("mine", caller: "caller-1");
        await killed.PostAsync("mine", caller: "caller-2");
        var (one, other) = (killed.StorageKeyOf("mine", "caller-1"), killed.StorageKeyOf("mine", "caller-2"));
        StoreFiles.CopyUnclosed(folder.File("gateway.db"), survivor.File("gateway.db"));

        // An attacker with write access to the files can also read the checksums' salt. They append a valid frame that puts one caller's answer into another's record.
        SwapByRedo(survivor.File("gateway.db"), (await killed.RawStore.FindAsync(one, default))!, other);
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup => (setup.Folder, setup.Adjust) = (survivor, WithoutCopies));

        Assert.Equal("replayed", (await gateway.PostAsync("mine", caller: "caller-1")).Source);
        (await gateway.PostAsync("mine", caller: "caller-2")).AssertProblem(GatewayProblem.StoreUnavailable, "mine");
        Assert.Equal(2, provider.Requests.Count);
    }

    [Fact]
    public async Task A_record_whose_fence_was_changed_is_refused()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var provider = await ProviderAsync();
        var store = await RedisIdempotencyStore.OpenAsync(RedisSamples.OptionsFor(redis), TimeProvider.System);
        await using var gateway = await StartOnAsync(provider, store);
        await gateway.PostAsync("k");

        // The fence's last byte.
        await redis.AskAsync("SETRANGE", $"ig:{{{gateway.StorageKeyOf("k")}}}", "28", "\u0002");

        (await gateway.PostAsync("k")).AssertProblem(GatewayProblem.StoreUnavailable, "k");
        Assert.Equal(1, provider.Requests.Count);
    }

    [Fact]
    public async Task Evidence_of_a_doubt_made_into_an_answer_is_refused()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var provider = await KestrelProvider.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var store = await RedisIdempotencyStore.OpenAsync(RedisSamples.OptionsFor(redis), TimeProvider.System);
        await using var gateway = await StartOnAsync(provider, store);
        (await gateway.PostAsync("k")).AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 502);

        await redis.AskAsync("SETRANGE", $"ig:{{{gateway.StorageKeyOf("k")}}}", "3", "\u0003");

        (await gateway.PostAsync("k")).AssertProblem(GatewayProblem.StoreUnavailable, "k");
        Assert.Equal(1, provider.Requests.Count);
    }

    [Fact]
    public async Task A_record_whose_content_was_taken_out_is_refused_and_told_of()
    {
        var gateway = await StartAsync(setup => setup.Adjust = WithoutCopies);
        var ticket = await gateway.ClaimElsewhereAsync("k");
        await gateway.RawStore.CompleteAsync(ticket, ReadOnlyMemory<byte>.Empty, TimeSpan.FromHours(1), CancellationToken.None);

        var refused = await gateway.PostAsync("k");

        refused.AssertProblem(GatewayProblem.StoreUnavailable, "k");
        Assert.Contains(gateway.Log.Lines, line => line.Contains("cannot be opened (Emptied", StringComparison.Ordinal));
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task A_plain_record_is_not_believed_while_encryption_is_on()
    {
        var gateway = await StartAsync(setup => setup.Adjust = WithoutCopies);
        var forged = RecordCodec.Encode(new RecordedResponse(200, DateTimeOffset.UnixEpoch, [], "forged"u8.ToArray(), []));
        var ticket = await gateway.ClaimElsewhereAsync("k");
        await gateway.RawStore.CompleteAsync(ticket, forged, TimeSpan.FromHours(1), CancellationToken.None);

        var refused = await gateway.PostAsync("k");

        refused.AssertProblem(GatewayProblem.StoreUnavailable, "k");
        Assert.Equal(0, Executions.Deliveries);
    }

    [Fact]
    public async Task Switched_off_records_lie_in_plain_and_sealed_ones_are_refused()
    {
        using var folder = new TemporaryFolder();
        await using (var sealing = await GatewayUnderTest.StartAsync(Provider.Address, setup => setup.Folder = folder))
            await sealing.PostAsync("sealed");
        await using var gateway = await GatewayUnderTest.StartAsync(
            Provider.Address, setup => (setup.Folder, setup.KeyRing, setup.Adjust) = (folder, _ => null, WithoutCopies));
        await gateway.PostAsync("plain");

        Assert.Equal("replayed", (await gateway.PostAsync("plain")).Source);
        Assert.IsType<RecordedAnswer.Whole>(RecordCodec.Decode((await gateway.RawStore.FindAsync(gateway.StorageKeyOf("plain"), default))!.Response));
        (await gateway.PostAsync("sealed")).AssertProblem(GatewayProblem.StoreUnavailable, "sealed");
        Assert.Equal(2, Executions.Deliveries);
    }

    [Fact]
    public async Task A_ring_rotated_while_the_gateway_runs_is_used_for_the_next_record()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("keys.json");
        KeyRingFile.Change(file, _ => Rings.Of("a"));
        KeyRingSource? ring = null;
        var gateway = await StartAsync(setup =>
        {
            setup.KeyRing = secret => ring = ConfiguredKeyRing.Open(new() { KeyRingFile = file }, fromEnvironment: null, secret);
            setup.Adjust = WithoutCopies;
        });
        await gateway.PostAsync("before");

        KeyRingFile.Change(file, _ => Rings.Of("a", "b"));
        await Eventually.TrueAsync("the new ring is in force", () => ring!.Current.Active.Id == Rings.Key("b").Id);
        await gateway.PostAsync("after");
        await File.WriteAllTextAsync(file, "half a ri");
        await Eventually.TrueAsync(
            "the broken ring is told", () => Task.FromResult(gateway.Log.Lines.Any(line => line.Contains("cannot be used; the previous one stays", StringComparison.Ordinal))));

        Assert.Equal((Rings.Key("a").Id, Rings.Key("b").Id), (await KeyIdOfAsync("before"), await KeyIdOfAsync("after")));
        Assert.Equal("replayed", (await gateway.PostAsync("before")).Source);
        Assert.Equal("replayed", (await gateway.PostAsync("after")).Source);

        async Task<ulong> KeyIdOfAsync(string key) =>
            SealedRecord.KeyIdOf((await gateway.RawStore.FindAsync(gateway.StorageKeyOf(key), CancellationToken.None))!.Response.Span);
    }

    private static void SwapByRedo(string database, StoredRecord answer, StorageKey target)
    {
        using var file = DatabaseFile.Open(new() { Path = database });
        var records = new Records(new RecordTable(file.Database));
        var changes = new RedoChanges();
        file.Database.Execute("BEGIN");
        file.Redo.Replay(file.Mark.Checkpointed, frame => RedoChanges.Apply(frame, records, new SubjectTable(file.Database)));
        changes.Put(target, records.Find(target)! with { Content = answer.Response });
        file.Database.Execute("ROLLBACK");
        file.Redo.Append(changes);
    }

    /// <summary>Adds a subject to the policy, so that the files also contain a subject index.</summary>
    private static IdempotencyPolicy AboutSomebody(IdempotencyPolicy policy) =>
        policy with { Subject = [SubjectSource.TryParse("json:/vendor_data", out var source) ? source : throw new InvalidOperationException("no source")] };

    private static GatewaySnapshot WithoutCopies(GatewaySnapshot snapshot) => snapshot with { Cache = new() { MaxBytes = 0 } };

    private static Task<GatewayUnderTest> StartOnAsync(KestrelProvider provider, IIdempotencyStore store) => GatewayUnderTest.StartAsync(
        provider.Address,
        setup =>
        {
            setup.Adjust = WithoutCopies;
            setup.StoreInstead = store;
            setup.Policy = AboutSomebody(setup.Policy);
        });

    private static Task<KestrelProvider> ProviderAsync() => KestrelProvider.StartAsync(async context =>
    {
        context.Response.StatusCode = (int)HttpStatusCode.Created;
        context.Response.Headers["X-Internal-Note"] = "note-in-a-header";
        await context.Response.WriteAsync("""{"token":"session-token-77","name":"Sample-Answer"}""");
    });

    /// <summary>A first call and a retry, with all the data that could leave traces.</summary>
    private static async Task ExchangeAsync(GatewayUnderTest gateway)
    {
        for (var time = 0; time < 2; time++)
        {
            var answer = await gateway.PostAsync(
                "order-4711-key", """{"name":"Alexander","vendor_data":"vendor-data-99"}""", "/guarded/verify", caller: "secret-credential");
            Assert.Equal((201, time == 0 ? "executed" : "replayed"), (answer.Status, answer.Source));
            Assert.Contains("session-token-77", answer.Text, StringComparison.Ordinal);
        }
    }

    private static void AssertSaysNothing(TemporaryFolder folder)
    {
        // The .lock file is skipped: it is empty, and the gateway holds it locked.
        var files = Directory.GetFiles(folder.Path, "gateway.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(files);
        Assert.All(files, AssertSaysNothing);
    }

    private static void AssertSaysNothing(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var text = Encoding.Latin1.GetString(bytes);
        Assert.All(Telling, word => Assert.False(text.Contains(word, StringComparison.OrdinalIgnoreCase), $"{word} is in {file}"));
    }
}
