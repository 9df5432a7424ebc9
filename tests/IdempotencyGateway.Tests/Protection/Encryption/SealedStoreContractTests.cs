using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Stores.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdempotencyGateway.Tests.Protection.Encryption;

/// <summary>The store contract with encryption on.</summary>
public sealed class SealedStoreContractTests : ContractOverSqlite<SealedStore>
{
    private readonly GatewayMetrics _metrics = new();

    protected override void Dispose(bool disposing)
    {
        _metrics.Dispose();
        base.Dispose(disposing);
    }

    protected override SealedStore Before(SqliteIdempotencyStore database) =>
        new(database, new RecordSeal(new RecordCipher(new KeyRingSource(Rings.Of("a"))), _metrics, NullLogger<RecordSeal>.Instance));
}
