using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>The store's files are moved or removed while they are open: later writes would go to files that the next process does not find.</summary>
public sealed class FilesTakenAwayTests : SqliteStoreFixture
{
    [Theory]
    [InlineData("gateway.db")]
    [InlineData("gateway.db.redo")]
    [InlineData("")]
    public async Task No_new_record_is_made_until_they_are_put_back_and_then_nothing_is_lost(string file)
    {
        using var elsewhere = new TemporaryFolder();
        var (place, away) = (Path.Combine(Folder.Path, file), elsewhere.File("taken"));
        await using (var store = Open())
        {
            await CompleteAsync(store, "done");
            var underWay = await WinAsync(store, "under way");

            Directory.Move(place, away);
            Time.Advance(Options.FreeSpaceMaximumAge);
            var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => WinAsync(store, "new"));
            Assert.Equal(StoreFailure.Refused, refusal.Failure);
            Assert.Contains(DatabasePath, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Put it back", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(underWay, default, Retention, default));
            Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(Request("done", "bob"), default));

            Directory.Move(away, place);
            Time.Advance(Options.FreeSpaceMaximumAge);
            await WinAsync(store, "new");
        }

        await using var reopened = Open();
        Assert.Equal(
            [RecordState.Done, RecordState.Done, RecordState.Doubt],
            new[] { await StateAsync(reopened, "done"), await StateAsync(reopened, "under way"), await StateAsync(reopened, "new") });
    }

    [Fact]
    public async Task A_store_that_is_named_by_a_link_is_looked_for_where_it_lies()
    {
        await Open().DisposeAsync();
        using var elsewhere = new TemporaryFolder();
        var link = elsewhere.File("link.db");
        File.CreateSymbolicLink(link, DatabasePath);
        await using var store = Open(Options with { Path = link });
        await WinAsync(store, "key");

        File.Move(DatabasePath, elsewhere.File("taken"));
        Time.Advance(Options.FreeSpaceMaximumAge);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => WinAsync(store, "new"));
        File.Move(elsewhere.File("taken"), DatabasePath);
    }
}
