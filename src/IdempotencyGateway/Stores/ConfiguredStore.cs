using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
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
        StoreKind.Redis => new CircuitBreakingStore(
            await RedisIdempotencyStore.OpenAsync(options.Redis, clock),
            new CircuitOptions { OperationTimeout = options.Redis.OperationTimeout + options.Redis.DurableTimeout },
            clock),
        _ => throw new InvalidOperationException($"no store of kind {options.Kind}"),
    };
}
