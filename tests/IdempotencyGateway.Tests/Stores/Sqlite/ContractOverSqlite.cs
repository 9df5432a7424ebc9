using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>The store contract for decorators that must not change a store's behaviour, run over the embedded store and a manual clock.</summary>
public abstract class ContractOverSqlite<TStore> : StoreContract<TStore>, IDisposable
    where TStore : class, IIdempotencyStore
{
    private readonly TemporaryFolder _folder = new();
    private SqliteIdempotencyStore? _database;

    private protected ManualTimeProvider Time { get; } = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _database!.DisposeAsync();
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => _folder.Dispose();

    protected sealed override Task<TStore> OpenAsync()
    {
        _database = SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = _folder.File("gateway.db") }, Time);
        return Task.FromResult(Before(_database));
    }

    /// <summary>Wraps the database in the decorator. This class closes the database.</summary>
    protected abstract TStore Before(SqliteIdempotencyStore database);

    protected sealed override Task AdvanceAsync(TimeSpan duration)
    {
        Time.Advance(duration);
        return Task.CompletedTask;
    }
}
