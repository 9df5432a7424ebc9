using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Telemetry;

/// <summary>Being watched changes nothing.</summary>
public sealed class ObservedStoreContractTests : StoreContract<ObservedStore>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly GatewayMetrics _metrics = new();
    private SqliteIdempotencyStore? _store;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _store!.DisposeAsync();
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _folder.Dispose();
    }

    protected override Task<ObservedStore> OpenAsync()
    {
        _store = SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = _folder.File("gateway.db") }, _time);
        return Task.FromResult(new ObservedStore(_store, _metrics, _time));
    }

    protected override Task AdvanceAsync(TimeSpan duration)
    {
        _time.Advance(duration);
        return Task.CompletedTask;
    }
}
