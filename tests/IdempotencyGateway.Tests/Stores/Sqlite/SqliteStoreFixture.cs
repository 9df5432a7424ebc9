using System.Text;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>Base class for tests of the embedded store: a folder, a clock, and short forms of its operations.</summary>
public abstract class SqliteStoreFixture : IDisposable
{
    private protected static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private protected static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    private protected TemporaryFolder Folder { get; } = new();

    private protected ManualTimeProvider Time { get; } = new();

    private protected string DatabasePath => Folder.File("gateway.db");

    private protected SqliteStoreOptions Options => new() { Path = DatabasePath };

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Folder.Dispose();

    private protected SqliteIdempotencyStore Open(SqliteStoreOptions? options = null) =>
        SqliteIdempotencyStore.Open(options ?? Options, Time);

    private protected StoreUnavailableException AssertRefused(params string[] words)
    {
        var refusal = Assert.Throws<StoreUnavailableException>(() => Open());
        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        Assert.All(words, word => Assert.Contains(word, refusal.Message, StringComparison.Ordinal));
        return refusal;
    }

    private protected static ClaimRequest Request(string key, string owner = "alice", bool asSent = true) => new()
    {
        Key = StoreSamples.Key(key),
        Fingerprint = StoreSamples.Fingerprint("body"),
        Owner = StoreSamples.Owner(owner),
        Lease = Lease,
        Retention = Retention,
        AsSent = asSent,
    };

    private protected static async Task<ClaimTicket> WinAsync(IIdempotencyStore store, string key, bool asSent = true) =>
        Assert.IsType<ClaimResult.Won>(await store.ClaimAsync(Request(key, asSent: asSent), default)).Ticket;

    private protected static async Task CompleteAsync(IIdempotencyStore store, string key, string response = "response") => Assert.Equal(
        TransitionResult.Applied,
        await store.CompleteAsync(await WinAsync(store, key), Encoding.UTF8.GetBytes(response), Retention, default));

    private protected static async Task<RecordState?> StateAsync(IIdempotencyStore store, string key) =>
        (await store.FindAsync(StoreSamples.Key(key), default))?.State;
}
