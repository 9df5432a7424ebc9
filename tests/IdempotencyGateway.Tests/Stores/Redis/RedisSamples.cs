using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>Short forms of store operations for these tests.</summary>
internal static class RedisSamples
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Retention = TimeSpan.FromHours(1);

    /// <summary>Options with generous timeouts for busy machines; tests of a timeout set their own.</summary>
    public static RedisSnapshot OptionsFor(params IReadOnlyList<RedisProcess> servers) => new()
    {
        Endpoints = [.. servers.Select(server => server.Address)],
        OperationTimeout = TimeSpan.FromSeconds(30),
        DurableTimeout = TimeSpan.FromSeconds(30),
    };

    public static Task<RedisIdempotencyStore> OpenAsync(RedisSnapshot options) => RedisIdempotencyStore.OpenAsync(options, TimeProvider.System);

    public static ClaimRequest Request(string key, string owner = "alice", bool asSent = true, string fingerprint = "body") => new()
    {
        Key = StoreSamples.Key(key),
        Fingerprint = StoreSamples.Fingerprint(fingerprint),
        Owner = StoreSamples.Owner(owner),
        Lease = Lease,
        Retention = Retention,
        AsSent = asSent,
        Destination = "primary",
    };

    public static async Task<ClaimTicket> WinAsync(this IIdempotencyStore store, string key, string owner = "alice", bool asSent = true) =>
        Assert.IsType<ClaimResult.Won>(await store.ClaimAsync(Request(key, owner, asSent), default)).Ticket;

    public static Task<TransitionResult> CompleteAsync(this IIdempotencyStore store, ClaimTicket ticket, string response = "response") =>
        store.CompleteAsync(ticket, Encoding.UTF8.GetBytes(response), Retention, default).AsTask();

    public static async Task<StoreUnavailableException> FailsAsync(Func<Task> operation) => await Assert.ThrowsAsync<StoreUnavailableException>(operation);

    public static string NameOf(string key) => $"ig:{{{StoreSamples.Key(key)}}}";
}
