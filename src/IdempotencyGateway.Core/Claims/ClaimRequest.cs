using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Claims;

/// <summary>What an owner asks of a store in one atomic step.</summary>
public sealed record ClaimRequest
{
    public required StorageKey Key { get; init; }

    public required Fingerprint Fingerprint { get; init; }

    public required OwnerId Owner { get; init; }

    /// <summary>After this long without a renewal others stop waiting. Never decides whether anything may be sent again.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>How long the record is kept; a field apart from the lease.</summary>
    public required TimeSpan Retention { get; init; }

    /// <summary>Claim straight into <see cref="RecordState.Sent"/>: one round trip fewer, when nothing slow stands before the send.</summary>
    public required bool AsSent { get; init; }

    /// <summary>The destination chosen for this attempt, kept in the record. Null when it is not known yet.</summary>
    public string? Destination { get; init; }

    /// <summary>The route forwards again out of doubt: a record in doubt is won, with the next fence, instead of reported.</summary>
    public bool TakeFromDoubt { get; init; }
}
