using System.Security.Cryptography;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>After the next step of housekeeping, erased and expired content is in none of the store's files: neither in used or free database pages nor in the logs.</summary>
public sealed class RemainsTests : SqliteStoreFixture
{
    private const int Small = 300;

    // Large enough for a chain of overflow pages, which an erasure must wipe as a whole.
    private const int Large = 100_000;

    [Theory]
    [InlineData(Small, false)]
    [InlineData(Small, true)]
    [InlineData(Large, false)]
    [InlineData(Large, true)]
    public async Task After_a_pass_nothing_is_left_of_an_erased_record(int size, bool isCheckpointed)
    {
        var (erased, kept) = (Content(size), Content(size));
        var store = Open();
        await CompleteAsync(store, "erased", erased);
        await CompleteAsync(store, "kept", kept);
        if (isCheckpointed)
        {
            await store.DisposeAsync();
            store = Open();
        }
        await using var _ = store;
        Assert.True(IsInFiles(erased));

        await store.EraseAsync(StoreSamples.Key("erased"), "tombstone"u8.ToArray(), default);
        // Until this sweep the content is still in a log, as ciphertext.
        await store.SweepAsync(default);
        await AfterCheckpointAsync(store);

        Assert.False(IsInFiles(erased));
        Assert.Equal(kept, (await store.FindAsync(StoreSamples.Key("kept"), default))!.Response.ToArray());
        Assert.True(IsInFiles(kept) && IsInFiles("tombstone"u8.ToArray()));
    }

    [Fact]
    public async Task Of_many_erased_among_many_kept_nothing_is_left_in_pages_that_were_merged_or_became_free()
    {
        await using var store = Open();
        var contents = Enumerable.Range(0, 400).Select(i => Content(i % 7 == 0 ? 9_000 : Small)).ToArray();
        for (var i = 0; i < contents.Length; i++)
            await CompleteAsync(store, $"{i}", contents[i]);
        await store.SweepAsync(default);

        for (var i = 0; i < contents.Length; i++)
        {
            if (i % 3 != 0)
                await store.EraseAsync(StoreSamples.Key($"{i}"), default, default);
        }
        await store.SweepAsync(default);
        await AfterCheckpointAsync(store);

        var files = ReadFiles();
        Assert.All(contents.Where((_, i) => i % 3 != 0), content => Assert.False(IsIn(files, content)));
        for (var i = 0; i < contents.Length; i += 3)
            Assert.Equal(contents[i], (await store.FindAsync(StoreSamples.Key($"{i}"), default))!.Response.ToArray());
    }

    [Fact]
    public async Task Erasures_that_follow_each_other_within_a_pass_do_not_have_the_logs_emptied_each_time()
    {
        var contents = Enumerable.Range(0, 5).Select(_ => Content(Small)).ToArray();
        await using var store = Open(Options with { SweepRecordsPerStep = 1 });
        for (var i = 0; i < contents.Length; i++)
            await CompleteAsync(store, $"{i}", contents[i]);

        await EraseAndStepAsync(0);
        await EraseAndStepAsync(1);
        Assert.Equal((false, true), (IsInFiles(contents[0]), IsInFiles(contents[1])));
        Time.Advance(Remains.Pause);
        await EraseAndStepAsync(2);
        Assert.Equal((false, false), (IsInFiles(contents[1]), IsInFiles(contents[2])));

        await store.EraseAsync(StoreSamples.Key("3"), default, default);
        while (!(await store.SweepAsync(default)).PassEnded)
        {
        }
        await AfterCheckpointAsync(store);
        Assert.Equal((false, true), (IsInFiles(contents[3]), IsInFiles(contents[4])));

        async Task EraseAndStepAsync(int i)
        {
            await store.EraseAsync(StoreSamples.Key($"{i}"), default, default);
            Assert.False((await store.SweepAsync(default)).PassEnded);
            await AfterCheckpointAsync(store);
        }
    }

    [Fact]
    public async Task After_a_pass_nothing_is_left_of_expired_records()
    {
        var expired = Content(Small);
        await using var store = Open();
        await CompleteAsync(store, "expired", expired);
        Time.Advance(Retention);
        Assert.True(IsInFiles(expired));

        while (!(await store.SweepAsync(default)).PassEnded)
        {
        }
        await AfterCheckpointAsync(store);

        Assert.False(IsInFiles(expired));
    }

    [Fact]
    public async Task Of_what_a_process_erased_that_was_killed_then_nothing_is_left_by_the_next()
    {
        var erased = Content(Small);
        var survivor = Folder.File("survivor.db");
        await using (var store = Open())
        {
            await CompleteAsync(store, "erased", erased);
            await store.EraseAsync(StoreSamples.Key("erased"), "tombstone"u8.ToArray(), default);
            StoreFiles.CopyUnclosed(DatabasePath, survivor);
        }
        Assert.True(IsInFiles(erased, "survivor.db"));

        await using var reopened = Open(Options with { Path = survivor });

        Assert.False(IsInFiles(erased, "survivor.db"));
        Assert.Equal("tombstone"u8.ToArray(), (await reopened.FindAsync(StoreSamples.Key("erased"), default))!.Response.ToArray());
    }

    [Fact]
    public async Task A_wiped_log_goes_on_and_survives_a_kill()
    {
        var survivor = Folder.File("survivor.db");
        await using (var store = Open())
        {
            await CompleteAsync(store, "erased", Content(Large));
            await store.EraseAsync(StoreSamples.Key("erased"), default, default);
            await store.SweepAsync(default);
            await CompleteAsync(store, "later", "answer"u8.ToArray());
            StoreFiles.CopyUnclosed(DatabasePath, survivor);
        }

        await using var reopened = Open(Options with { Path = survivor });

        Assert.Equal("answer"u8.ToArray(), (await reopened.FindAsync(StoreSamples.Key("later"), default))!.Response.ToArray());
    }

    private static byte[] Content(int size) => RandomNumberGenerator.GetBytes(size);

    private static async Task CompleteAsync(SqliteIdempotencyStore store, string key, byte[] content) =>
        Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(await WinAsync(store, key), content, Retention, default));

    /// <summary>Waits until the logs are empty: they are emptied after the sweep is answered and before the next operation is.</summary>
    private static async Task AfterCheckpointAsync(SqliteIdempotencyStore store) => await store.FindAsync(StoreSamples.Key("nothing"), default);

    private bool IsInFiles(byte[] content, string files = "gateway.db") => IsIn(ReadFiles(files), content);

    /// <summary>Whether any file contains any part of the content.</summary>
    private static bool IsIn(IEnumerable<byte[]> files, byte[] content)
    {
        const int part = 16;
        // Searching for every part of a large content would take too long. At this step, every overflow page holds several of the parts.
        var step = content.Length <= Small ? part : 997;
        for (var at = 0; at + Math.Min(part, content.Length) <= content.Length; at += step)
        {
            var sought = content.AsMemory(at, Math.Min(part, content.Length));
            if (files.Any(file => file.AsSpan().IndexOf(sought.Span) >= 0))
                return true;
        }
        return false;
    }

    private List<byte[]> ReadFiles(string named = "gateway.db")
    {
        var files = new List<byte[]>();
        foreach (var file in Directory.GetFiles(Folder.Path, named + "*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            files.Add(bytes);
        }
        return files;
    }
}
