using System.Globalization;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Stores.Sqlite.Redo;
using IdempotencyGateway.Tests.Testing;
using Work = System.Action<IdempotencyGateway.Stores.Sqlite.WriterSession, IdempotencyGateway.Stores.Sqlite.StoreTime>;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>Base class for tests of the open transaction without its writer thread, with short forms of the operations in a group.</summary>
public abstract class OpenTransactionFixture : IDisposable
{
    private protected static readonly StoreTime Now = new(0, 2_000, 2_000);
    private readonly TemporaryFolder _folder = new();

    protected OpenTransactionFixture()
    {
        Opened = DatabaseFile.Open(new() { Path = _folder.File("gateway.db") });
        Transaction = Begin(Opened);
    }

    private protected DatabaseFile Opened { get; }

    private protected OpenTransaction Transaction { get; }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Opened.Dispose();
        _folder.Dispose();
    }

    /// <summary>How many answered records and doubts a new process would find if this one were killed now.</summary>
    private protected (long Done, long Doubts) Survivors()
    {
        var survivor = _folder.File("survivor.db");
        StoreFiles.CopyUnclosed(Opened.Path, survivor);
        using var file = DatabaseFile.Open(new() { Path = survivor });
        Begin(file);
        return (Count(file, "settled"), Count(file, "unsettled WHERE state = 4"));
    }

    private protected static long Count(DatabaseFile file, string of) => long.Parse(file.Database.Query($"SELECT count(*) FROM {of}"), CultureInfo.InvariantCulture);

    /// <summary>Overwrites a table's root page on the disk and drops SQLite's page cache, so that the next read meets the damage.</summary>
    private protected void Damage(string table)
    {
        var page = int.Parse(Opened.Database.Query($"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'"), CultureInfo.InvariantCulture);
        using (var file = File.OpenWrite(Opened.Path))
        {
            file.Position = (page - 1) * SqliteSchema.PageBytes;
            file.Write(Enumerable.Repeat((byte)0xAA, SqliteSchema.PageBytes).ToArray());
        }
        Opened.Database.Execute("PRAGMA shrink_memory");
    }

    private protected void Put(string key, RecordRow row) => Run(Setting(key, row));

    private protected void Run(params StoreOperation[] group) => Transaction.Run(group, Now);

    private protected RecordRow? Find(string key) => Find(StoreSamples.Key(key));

    private protected RecordRow? Find(StorageKey key)
    {
        RecordRow? found = null;
        Run(Finding(key, row => found = row));
        return found;
    }

    private protected static StoreOperation<Work, bool> Finding(StorageKey key, Action<RecordRow?> see) => Doing((session, now) => session.Apply(
        key,
        see,
        static (row, see, _) =>
        {
            see(row);
            return new Decision<bool>(true, row);
        },
        now));

    private protected static StoreOperation<Work, bool> Setting(string key, RecordRow row) => Setting(StoreSamples.Key(key), row);

    private protected static StoreOperation<Work, bool> Setting(StorageKey key, RecordRow row) =>
        Doing((session, now) => session.Apply(key, row, static (_, row, _) => new Decision<bool>(true, row), now));

    private protected static StoreOperation<Work, bool> Doing(Work work) => new(work, static (session, work, now) =>
    {
        work(session, now);
        return true;
    });

    private static OpenTransaction Begin(DatabaseFile file)
    {
        var changes = new RedoChanges();
        var session = new WriterSession(
            new Records(new RecordTable(file.Database)),
            new SubjectTable(file.Database),
            new RecentOrders(TimeProvider.System),
            new TrackTable(file.Database),
            new ExpirySweep(file.Database, recordsPerStep: 10),
            new FreeSpaceGuard(() => long.MaxValue, 0, TimeSpan.Zero),
            new FileRoom(file.Database, long.MaxValue / 2),
            changes);
        var transaction = new OpenTransaction(file, session, changes);
        transaction.Recover();
        return transaction;
    }
}
