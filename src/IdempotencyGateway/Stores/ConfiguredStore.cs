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
    /// <exception cref="StoreUnavailableException">It cannot be used; the message says why and what to do.</exception>
    public static async Task<IIdempotencyStore> OpenAsync(StoreSnapshot options, TimeProvider clock) => options.Kind switch
    {
        StoreKind.Sqlite => SqliteIdempotencyStore.Open(
            new SqliteStoreOptions { Path = options.SqlitePath, MinimumFreeBytes = options.SqliteMinimumFreeBytes }, clock),
        StoreKind.Redis => await OpenRedisAsync(options.Redis, clock),
        // The circuit goes around the authority, never around the quorum: an owner must not be asking twice at once.
        StoreKind.RedLock => await RedLockStore.OpenAsync(await OpenRedisAsync(options.Redis, clock), options.RedLock, clock),
        _ => throw new InvalidOperationException($"no store of kind {options.Kind}"),
    };

    /// <summary>Whether it could be opened as far as this machine's files tell: servers are not asked.</summary>
    /// <exception cref="StoreUnavailableException">It could not.</exception>
    public static void Look(StoreSnapshot options, TimeProvider clock)
    {
        if (options.Kind == StoreKind.Sqlite)
            DatabaseFile.Look(options.SqlitePath);
        else
            new RedisConnecting(options.Redis, clock).Dispose();
    }

    private static async Task<CircuitBreakingStore> OpenRedisAsync(RedisSnapshot options, TimeProvider clock) => new(
        await RedisIdempotencyStore.OpenAsync(options, clock),
        new CircuitOptions(),
        clock);
}
