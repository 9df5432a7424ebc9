using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Subjects;

public sealed class SqliteSubjectsTests : SubjectIndexContract, IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private SqliteIdempotencyStore? _store;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _store!.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Entries_that_expired_are_swept_and_the_others_stay()
    {
        var index = await OpenAsync();
        await NoteAsync(index, "alice", "1");
        await AdvanceAsync(TimeSpan.FromHours(2));
        await NoteAsync(index, "alice", "2");

        var deleted = 0;
        for (SweepStep step = default; !step.PassEnded;)
        {
            step = await _store!.SweepAsync(default);
            deleted += step.Deleted;
        }

        Assert.Equal(1, deleted);
        Assert.Single(await FindAsync(index, "alice"));
    }

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

    private Task<ISubjectIndex> OpenAsync(string file)
    {
        _store = SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = _folder.File(file) }, _time);
        return Task.FromResult<ISubjectIndex>(_store);
    }
}
