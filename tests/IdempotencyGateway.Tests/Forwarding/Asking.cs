using System.Collections.Frozen;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>Starts gateways for the forwarding tests, sends requests to them, and reads the records afterwards.</summary>
internal static class Asking
{
    public const string Caller = "caller-1";

    /// <summary>A policy that also guards DELETE, which clients send without a body.</summary>
    public static IdempotencyPolicy Policy { get; } = new()
    {
        Name = "tested",
        Methods = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "POST", "PATCH", "DELETE"),
    };

    public static Task<GatewayUnderTest> Guard(Uri provider, Action<GatewaySetup>? configure = null) => GatewayUnderTest.StartAsync(provider, setup =>
    {
        setup.Policy = Policy;
        configure?.Invoke(setup);
    });

    public static Task<GatewayUnderTest> Guard(EitherProvider provider, Action<GatewaySetup>? configure = null) => Guard(provider.Address, setup =>
    {
        provider.Suit(setup);
        configure?.Invoke(setup);
    });

    /// <summary>Sends a request on a new connection, with a client that never re-sends.</summary>
    public static async Task<RawAnswer> Ask(this GatewayUnderTest gateway, string request)
    {
        var answer = await RawClient.Exchange(gateway.Address, request);
        Assert.NotNull(answer);
        return answer;
    }

    /// <returns>Null if the key has no record.</returns>
    public static async Task<RecordState?> StateOf(this GatewayUnderTest gateway, string key) => (await gateway.RecordOf(key))?.State;

    /// <returns>Null if the key has no record.</returns>
    public static async Task<StoredRecord?> RecordOf(this GatewayUnderTest gateway, string key)
    {
        Assert.True(IdempotencyKey.TryParse(key, out var parsed, out _));
        var caller = CallerScope.FromCredentials(gateway.Secret, [new("x-api-key", Caller)]);
        var storageKey = StorageKey.Derive(gateway.Secret, caller, "guarded", parsed, operation: null, separate: null);
        return await gateway.Store.FindAsync(storageKey, CancellationToken.None);
    }
}
