using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Telemetry;

public sealed class DoubtCensusTests
{
    [Fact]
    public async Task Whoever_no_longer_waits_for_the_number_takes_it_from_nobody()
    {
        using var folder = new TemporaryFolder();
        await using var store = SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = folder.File("gateway.db") }, TimeProvider.System);
        var census = new DoubtCensus(store);
        await census.TakeAsync(TimeProvider.System, CancellationToken.None);

        await census.TakeAsync(TimeProvider.System, new CancellationToken(canceled: true));

        Assert.Equal(0, census.InDoubt);
    }
}
