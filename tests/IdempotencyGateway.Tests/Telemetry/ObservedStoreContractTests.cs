using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Stores.Sqlite;

namespace IdempotencyGateway.Tests.Telemetry;

/// <summary>The store contract behind the metrics decorator.</summary>
public sealed class ObservedStoreContractTests : ContractOverSqlite<ObservedStore>
{
    private readonly GatewayMetrics _metrics = new();

    protected override void Dispose(bool disposing)
    {
        _metrics.Dispose();
        base.Dispose(disposing);
    }

    protected override ObservedStore Before(SqliteIdempotencyStore database) => new(database, _metrics, Time);
}
