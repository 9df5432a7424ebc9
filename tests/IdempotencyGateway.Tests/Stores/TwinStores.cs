using System.Globalization;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores;

/// <summary>The embedded store and the reference model side by side: every operation runs on both, and their results must be equal.</summary>
internal sealed class TwinStores : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ModelStore _model;
    private SqliteIdempotencyStore _real;
    private string _path;
    private int _crashes;

    public TwinStores()
    {
        _model = new(_time);
        _path = _folder.File("gateway.db");
        _real = Open();
    }

    public void Advance(TimeSpan duration) => _time.Advance(duration);

    public Task<ClaimResult> ClaimAsync(ClaimRequest request) => AskAsync(store => store.ClaimAsync(request, default));

    public Task<TransitionResult> WriteAsync(Func<IIdempotencyStore, ValueTask<TransitionResult>> write) => AskAsync(write);

    public Task<StoredRecord?> FindAsync(StorageKey key) => AskAsync(store => store.FindAsync(key, default));

    public async Task SweepAsync() => await _real.SweepAsync(default);

    /// <summary>Simulates an orderly shutdown and a new start.</summary>
    public async Task RestartAsync()
    {
        await _real.DisposeAsync();
        _real = Open();
        _model.Restart();
    }

    /// <summary>Simulates <c>kill -9</c>: a new process opens the files as they are at this moment.</summary>
    public async Task CrashAsync()
    {
        var survivor = _folder.File(string.Create(CultureInfo.InvariantCulture, $"gateway-{++_crashes}.db"));
        StoreFiles.CopyUnclosed(_path, survivor);
        await _real.DisposeAsync();
        _path = survivor;
        _real = Open();
        _model.Restart();
    }

    public async ValueTask DisposeAsync()
    {
        await _real.DisposeAsync();
        _folder.Dispose();
    }

    private SqliteIdempotencyStore Open() => SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = _path }, _time);

    private async Task<T> AskAsync<T>(Func<IIdempotencyStore, ValueTask<T>> question)
    {
        var real = await question(_real);
        var model = await question(_model);
        Assert.Equal(Describe(model), Describe(real));
        return real;
    }

    private static string Describe<T>(T answer) => answer switch
    {
        null => "nothing",
        ClaimResult.Won won => $"{won with { Evidence = default }} {Convert.ToHexString(won.Evidence.Span)}",
        ClaimResult.Completed done => $"completed {Convert.ToHexString(done.Response.Span)} for {done.RemainingRetention}, fence {done.Fence}",
        ClaimResult.InDoubt doubt => $"in doubt {Convert.ToHexString(doubt.Evidence.Span)} at {doubt.Destination}, fence {doubt.Fence}",
        StoredRecord record => $"{record with { Response = default }} {Convert.ToHexString(record.Response.Span)}",
        _ => answer.ToString()!,
    };
}
