using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Telemetry;

public sealed class CheckpointLogTests
{
    [Fact]
    public async Task A_gateway_with_the_embedded_store_says_that_a_fold_failed_and_why()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(new Uri("http://127.0.0.1:1"));

        gateway.Get<SqliteIdempotencyStore>().CheckpointFailed!(new(StoreFailure.Full, "data/gateway.db: no room"));

        Assert.Matches($@"^Error .*\[{EventIds.CheckpointFailed}\] The store's redo log could not be moved.*data/gateway.db: no room", Assert.Single(gateway.Log.Lines, line => line.Contains("redo log", StringComparison.Ordinal)));
    }
}
