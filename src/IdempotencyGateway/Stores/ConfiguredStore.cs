using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Stores.RedLock;
using IdempotencyGateway.Stores.Resilience;
using IdempotencyGateway.Stores.Sqlite;

namespace IdempotencyGateway.Stores;

/// <summary>Opens the store that the configuration names.</summary>
internal static class ConfiguredStore
{
    /// <exception cref="StoreUnavailableException">The store cannot be used; the message says why and what to do.</exception>
    public static async Task<IIdempotencyStore> OpenAsync(StoreSnapshot options, TimeProvider clock) => options.Kind switch
    {
        StoreKind.Sqlite => SqliteIdempotencyStore.Open(
            new SqliteStoreOptions { Path = options.SqlitePath, MinimumFreeBytes = options.SqliteMinimumFreeBytes }, clock),
        StoreKind.Redis => await OpenRedisAsync(options.Redis, clock),
        // The circuit breaker wraps the authority, never the quorum, where calls of one owner must not overlap.
        StoreKind.RedLock => await RedLockStore.OpenAsync(await OpenRedisAsync(options.Redis, clock), options.RedLock, clock),
        _ => throw new InvalidOperationException($"no store of kind {options.Kind}"),
    };

    /// <summary>Checks whether the store could be opened, as far as local files tell; does not connect to servers.</summary>
    /// <exception cref="StoreUnavailableException">It could not be opened.</exception>
    public static void Check(StoreSnapshot options, TimeProvider clock)
    {
        if (options.Kind == StoreKind.Sqlite)
            DatabaseFile.Check(options.SqlitePath);
        else
            new RedisConnecting(options.Redis, clock).Dispose();
    }

    private static async Task<CircuitBreakingStore> OpenRedisAsync(RedisSnapshot options, TimeProvider clock) => new(
        await RedisIdempotencyStore.OpenAsync(options, clock),
        new CircuitOptions(),
        clock);
}
