using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;

namespace IdempotencyGateway.Tests.Stores.Sqlite.Redo;

/// <summary>Sample records as the embedded store keeps them.</summary>
internal static class StoreRows
{
    public static RecordRow Sent { get; } = new()
    {
        State = RecordState.Sent,
        Fingerprint = StoreSamples.Fingerprint("body"),
        Owner = StoreSamples.Owner("alice"),
        Fence = 1,
        LeaseUntil = 30_000,
        CreatedAt = 1_000,
        ExpiresAt = 86_401_000,
        Destination = "primary",
        Content = default,
    };

    public static RecordRow Done(byte[] response) => Sent with { State = RecordState.Done, Content = response };
}
