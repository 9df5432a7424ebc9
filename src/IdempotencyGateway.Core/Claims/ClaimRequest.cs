using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Claims;

/// <summary>A request to claim a record, which a store grants or refuses in one atomic step.</summary>
public sealed record ClaimRequest
{
    public required StorageKey Key { get; init; }

    public required Fingerprint Fingerprint { get; init; }

    public required OwnerId Owner { get; init; }

    /// <summary>How long others wait for this owner after its last renewal. Whether the request may be sent again never depends on it.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>How long the record is kept. Independent of the lease.</summary>
    public required TimeSpan Retention { get; init; }

    /// <summary>Claims straight into <see cref="RecordState.Sent"/>, which saves a round trip. For requests without slow work between claim and send.</summary>
    public required bool AsSent { get; init; }

    /// <summary>The destination chosen for this attempt, kept in the record. Null when it is not known yet.</summary>
    public string? Destination { get; init; }

    /// <summary>If the record is in doubt, win it with the next fence instead of getting <see cref="ClaimResult.InDoubt"/>. For routes that forward again.</summary>
    public bool TakeFromDoubt { get; init; }
}
