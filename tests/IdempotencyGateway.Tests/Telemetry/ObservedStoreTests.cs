using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Telemetry;

/// <summary>The durations and errors that the store's metrics decorator measures.</summary>
public class ObservedStoreTests : MetricsTest
{
    [Theory]
    [InlineData(StoreFailure.NotAsked, false)]
    [InlineData(StoreFailure.Unreachable, true)]
    public async Task An_operation_that_was_not_asked_is_an_error_and_took_no_time(StoreFailure failure, bool isTimed)
    {
        using var folder = new TemporaryFolder();
        await using var database = SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = folder.File("gateway.db") }, TimeProvider.System);
        await using var store = new UnreliableStore(database);
        store.Break(nameof(IIdempotencyStore.FindAsync), failure);

        await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await new ObservedStore(store, Metrics, TimeProvider.System).FindAsync(StoreSamples.Key("k"), CancellationToken.None));

        Assert.Equal(1, ObservedGateway.Value(Text(), $$"""idempotency_gateway_store_errors_total{failure="{{failure.Label()}}",operation="find"}"""));
        var timed = ObservedGateway.Value(Text(), """idempotency_gateway_store_operation_duration_seconds_count{operation="find"}""");
        Assert.Equal(isTimed ? 1.0 : null, timed);
    }
}
