using System.Text;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

public sealed class SqliteRecoveryTests : SqliteStoreFixture
{
    [Fact]
    public async Task After_a_restart_what_was_claimed_is_free_and_what_was_sent_is_in_doubt()
    {
        ClaimTicket sent;
        await using (var store = Open())
        {
            await WinAsync(store, "claimed", asSent: false);
            sent = await WinAsync(store, "sent");
            await CompleteAsync(store, "done");
            await store.HoldAsync(await WinAsync(store, "doubt"), "evidence"u8.ToArray(), default);
        }

        await using var reopened = Open();

        Assert.Null(await StateAsync(reopened, "claimed"));
        Assert.Equal(RecordState.Doubt, await StateAsync(reopened, "sent"));
        Assert.Equal(RecordState.Done, await StateAsync(reopened, "done"));
        Assert.Equal("evidence", await ResponseAsync(reopened, "doubt"));
        Assert.Equal(2, await reopened.CountDoubtsAsync(default));
        Assert.Equal(TransitionResult.Applied, await reopened.CompleteAsync(sent, default, Retention, default));
    }

    [Fact]
    public async Task What_was_known_of_a_doubt_outlives_the_process_that_took_it_and_just_stopped()
    {
        var survivor = Folder.File("survivor.db");
        await using (var store = Open())
        {
            await store.HoldAsync(await WinAsync(store, "k"), "status 200"u8.ToArray(), default);
            Assert.IsType<ClaimResult.Won>(await store.ClaimAsync(Request("k", "bob") with { TakeFromDoubt = true }, default));
            StoreFiles.CopyUnclosed(DatabasePath, survivor);
        }

        await using var reopened = Open(Options with { Path = survivor });

        Assert.Equal((RecordState.Doubt, "status 200"), (await StateAsync(reopened, "k"), await ResponseAsync(reopened, "k")));
    }

    [Fact]
    public async Task What_was_answered_survives_a_process_that_just_stopped()
    {
        var survivor = Folder.File("survivor.db");
        await using (var store = Open())
        {
            await CompleteAsync(store, "done", "answer");
            await WinAsync(store, "sent");
            StoreFiles.CopyUnclosed(DatabasePath, survivor);
        }

        await using var reopened = Open(Options with { Path = survivor });

        Assert.Equal("answer", await ResponseAsync(reopened, "done"));
        Assert.Equal(RecordState.Doubt, await StateAsync(reopened, "sent"));
    }

    [Fact]
    public async Task A_store_that_was_not_closed_and_has_lost_its_log_is_refused()
    {
        var survivor = Folder.File("survivor.db");
        await using (var store = Open())
        {
            await CompleteAsync(store, "done");
            StoreFiles.CopyUnclosed(DatabasePath, survivor);
        }
        File.Delete(StoreFiles.Redo(survivor));

        var refusal = Assert.Throws<StoreUnavailableException>(() => Open(Options with { Path = survivor }));

        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        Assert.Contains("redo log is missing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_is_damaged_before_its_end_is_refused_and_its_end_may_be_torn()
    {
        var survivor = Folder.File("survivor.db");
        await using (var store = Open())
        {
            await CompleteAsync(store, "first", "answer");
            await CompleteAsync(store, "second", "answer");
            StoreFiles.CopyUnclosed(DatabasePath, survivor);
        }
        var log = File.ReadAllBytes(StoreFiles.Redo(survivor));
        File.WriteAllBytes(StoreFiles.Redo(survivor), [.. log[..20], (byte)(log[20] ^ 1), .. log[21..]]);

        var refusal = Assert.Throws<StoreUnavailableException>(() => Open(Options with { Path = survivor }));
        Assert.Contains("is damaged at byte", refusal.Message, StringComparison.Ordinal);

        // Behind the last frame are zeros.
        File.WriteAllBytes(StoreFiles.Redo(survivor), log.AsSpan().TrimEnd((byte)0)[..^1]);
        await using var reopened = Open(Options with { Path = survivor });
        Assert.Equal("answer", await ResponseAsync(reopened, "first"));
        Assert.Equal(RecordState.Doubt, await StateAsync(reopened, "second"));
    }

    [Fact]
    public async Task What_was_noted_of_a_subject_survives_a_process_that_just_stopped()
    {
        var survivor = Folder.File("survivor.db");
        var (subject, entry) = (new SubjectKey(new Digest256(1, 2, 3, 4)), new SubjectEntry(StoreSamples.Key("key"), new Digest256(5, 6, 7, 8)));
        await using (var store = Open())
        {
            await store.NoteSubjectAsync(subject, entry, Retention, default);
            StoreFiles.CopyUnclosed(DatabasePath, survivor);
        }

        await using var reopened = Open(Options with { Path = survivor });

        Assert.Equal([entry], await reopened.OrderErasureAsync(subject, new(Caller: null, Deletion: null, Retention), default));
    }

    [Fact]
    public async Task Retention_goes_on_while_the_process_is_down()
    {
        await using (var store = Open())
            await CompleteAsync(store, "done");
        Time.Advance(Retention);

        await using var reopened = Open();
        Assert.Null(await StateAsync(reopened, "done"));
    }

    [Theory]
    [InlineData(-48)]
    [InlineData(23)]
    [InlineData(240)]
    public async Task A_jump_of_the_wall_clock_touches_no_lease_and_expires_nothing(int hours)
    {
        await using var store = Open();
        await WinAsync(store, "sent");
        Time.JumpWallClock(TimeSpan.FromHours(hours));

        var inProgress = Assert.IsType<ClaimResult.InProgress>(await store.ClaimAsync(Request("sent", "bob"), default));
        Assert.Equal(Lease, inProgress.RemainingLease);
    }

    /// <summary>The wall clock may jump when it is corrected, or after the whole machine was paused.</summary>
    [Theory]
    [InlineData(-48)]
    [InlineData(48)]
    public async Task What_is_recorded_after_a_jump_of_the_wall_clock_outlives_a_restart(int hours)
    {
        await using (var store = Open())
        {
            Time.JumpWallClock(TimeSpan.FromHours(hours));
            await WinAsync(store, "sent");
            await CompleteAsync(store, "done");
        }

        Time.Advance(Retention - TimeSpan.FromMinutes(1));
        await using var reopened = Open();

        Assert.Equal(RecordState.Doubt, await StateAsync(reopened, "sent"));
        Assert.Equal(RecordState.Done, await StateAsync(reopened, "done"));
    }

    [Fact]
    public async Task Closing_finishes_what_is_queued_and_leaves_no_log()
    {
        var store = Open();
        var claims = Enumerable.Range(0, 100).Select(i => store.ClaimAsync(Request($"{i}"), default).AsTask()).ToArray();
        await store.DisposeAsync();

        Assert.All(await Task.WhenAll(claims), result => Assert.IsType<ClaimResult.Won>(result));
        Assert.False(File.Exists(DatabasePath + "-wal"));
        Assert.False(File.Exists(StoreFiles.Redo(DatabasePath)));
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => WinAsync(store, "late"));
        Assert.Equal(StoreFailure.NotAsked, refusal.Failure);
        await store.DisposeAsync();
    }

    private static async Task<string> ResponseAsync(SqliteIdempotencyStore store, string key) =>
        Encoding.UTF8.GetString((await store.FindAsync(StoreSamples.Key(key), default))!.Response.Span);
}
