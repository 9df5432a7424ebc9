using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Resilience;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Sightings;

#pragma warning disable CA1001 // xunit disposes it through IAsyncLifetime
public class SqliteSightingsTests : SightingsContract
#pragma warning restore CA1001
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private SqliteIdempotencyStore? _store;

    protected override Task<IReadOnlyList<ISightings>> OpenAsync() => Task.FromResult<IReadOnlyList<ISightings>>([Wrap(Open(), _time)]);

    protected override Task AdvanceAsync(TimeSpan duration)
    {
        _time.Advance(duration);
        return Task.CompletedTask;
    }

    protected override async Task CloseAsync()
    {
        await _store!.DisposeAsync();
        _folder.Dispose();
    }

    protected virtual ISightings Wrap(SqliteIdempotencyStore store, TimeProvider time) => store;

    private SqliteIdempotencyStore Open() => _store = SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = _folder.File("gateway.db") }, _time);

    [Fact]
    public async Task Counts_and_places_outlive_the_process()
    {
        var who = new SightingKey(new Digest256(1, 2, 3, 4));
        await _store!.SeeAsync(new Sighting[] { new(who, 1) { Place = 9 } }, default);
        await _store.DisposeAsync();
        await Open().SeeAsync(new Sighting[] { new(who, 1) }, default);
        var track = (await _store.SeeAsync(new Sighting[] { new(who, 2) }, default))[0];

        Assert.Equal((2, false, 9UL), (track.Minute, track.IsNew, track.LastPlace));
    }

    [Fact]
    public async Task Counting_waits_for_no_disk()
    {
        var before = _store!.Commits;
        for (var operation = 1UL; operation <= 100; operation++)
            await SeenAtOnceAsync(new(new(new Digest256(operation, 0, 0, 0)), operation));

        Assert.Equal(before, _store.Commits);
    }

    private Task<Track[]> SeenAtOnceAsync(Sighting sighting)
    {
        var seeing = _store!.SeeAsync(new[] { sighting }, default).AsTask();
        Assert.True(seeing.IsCompletedSuccessfully);
        return seeing;
    }
}

/// <summary>The sightings contract behind the circuit breaker.</summary>
public sealed class CircuitBreakingSightingsTests : SqliteSightingsTests
{
    protected override ISightings Wrap(SqliteIdempotencyStore store, TimeProvider time) => new CircuitBreakingStore(store, new CircuitOptions(), time);
}
