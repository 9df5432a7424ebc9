using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Stores;
using IdempotencyGateway.Tests.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdempotencyGateway.Tests.Protection.Encryption;

/// <summary>Being sealed changes nothing.</summary>
public sealed class SealedStoreContractTests : StoreContract<SealedStore>, IDisposable
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

    protected override Task<SealedStore> OpenAsync()
    {
        _store = SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = _folder.File("gateway.db") }, _time);
        var cipher = new RecordCipher(new KeyRingSource(Rings.Of("a")));
        return Task.FromResult(new SealedStore(_store, new RecordSeal(cipher, _metrics, NullLogger<RecordSeal>.Instance)));
    }

    protected override Task AdvanceAsync(TimeSpan duration)
    {
        _time.Advance(duration);
        return Task.CompletedTask;
    }
}
