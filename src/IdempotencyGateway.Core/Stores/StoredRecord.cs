using IdempotencyGateway.Core.Claims;

namespace IdempotencyGateway.Core.Stores;

/// <summary>A record as an operator sees it.</summary>
/// <param name="Fence">How many owners the record has had, from 1.</param>
/// <param name="RemainingLease">By the store's clock; zero when it has lapsed or does not apply.</param>
/// <param name="Response">The response or tombstone when done, the evidence when in doubt or taken from doubt, else empty.</param>
public sealed record StoredRecord(
    RecordState State,
    long Fence,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    TimeSpan RemainingLease,
    string? Destination,
    ReadOnlyMemory<byte> Response)
{
    /// <summary>The request may have been sent, and no live owner is going to end the record.</summary>
    public bool IsDoubtful => State == RecordState.Doubt || (State == RecordState.Sent && RemainingLease == TimeSpan.Zero);
}
