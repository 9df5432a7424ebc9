using IdempotencyGateway.Stores.Resilience;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Resilience;

public sealed class CircuitBreakingStoreContractTests : StoreContract<CircuitBreakingStore>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    protected override Task<CircuitBreakingStore> OpenAsync() => Task.FromResult(new CircuitBreakingStore(
        SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = _folder.File("gateway.db") }, _time), new CircuitOptions(), _time));

    protected override Task AdvanceAsync(TimeSpan duration)
    {
        _time.Advance(duration);
        return Task.CompletedTask;
    }
}
