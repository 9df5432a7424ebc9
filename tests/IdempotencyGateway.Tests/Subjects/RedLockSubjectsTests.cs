using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.RedLock;
using IdempotencyGateway.Stores.Resilience;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Stores.RedLock;
using IdempotencyGateway.Tests.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Subjects;

/// <summary>The subject index under RedLock: the authority keeps it, and the circuit breaker and the RedLock store pass it through.</summary>
public sealed class RedLockSubjectsTests(ThreeNodes nodes) : SubjectIndexContract, IClassFixture<ThreeNodes>, IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private RedLockStore? _store;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _store!.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    protected override Task<ISubjectIndex> OpenAsync() => OpenAsync("gateway.db");

    protected override async Task<ISubjectIndex> ReopenAsync()
    {
        StoreFiles.CopyUnclosed(_folder.File("gateway.db"), _folder.File("survivor.db"));
        await _store!.DisposeAsync();
        return await OpenAsync("survivor.db");
    }

    protected override Task AdvanceAsync(TimeSpan duration)
    {
        _time.Advance(duration);
        return Task.CompletedTask;
    }

    private async Task<ISubjectIndex> OpenAsync(string file)
    {
        var authority = SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = _folder.File(file) }, _time);
        return _store = await nodes.Nodes.OpenAsync(new CircuitBreakingStore(authority, new CircuitOptions(), TimeProvider.System), _time);
    }
}
