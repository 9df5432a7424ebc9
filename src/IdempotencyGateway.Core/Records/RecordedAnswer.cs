using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Records;

/// <summary>The decoded content of a record that is done, or in doubt with evidence: exactly one of the three cases below.</summary>
public abstract record RecordedAnswer
{
    private RecordedAnswer()
    {
    }

    /// <summary>The fraud verdict over the request when it was sent; null where it is not known.</summary>
    public Verdict? ScoredAs => this switch
    {
        Whole(var response) => response.Verdict,
        Tombstone tombstone => tombstone.Verdict,
        _ => null,
    };

    /// <summary>The status of the provider's answer; null where none was seen, or where it cannot be read.</summary>
    public int? ProviderStatus => this switch
    {
        Whole(var response) => response.Status,
        Tombstone tombstone => tombstone.Status,
        _ => null,
    };

    /// <summary>The provider's answer, as far as the route keeps it. Retries get it replayed.</summary>
    public sealed record Whole(RecordedResponse Response) : RecordedAnswer;

    /// <summary>A record without an answer to replay. The key stays used.</summary>
    /// <param name="Status">The provider's status, where one was seen.</param>
    /// <param name="RecordedAt">By the gateway's clock.</param>
    public sealed record Tombstone(TombstoneReason Reason, int? Status, DateTimeOffset RecordedAt) : RecordedAnswer
    {
        /// <summary>SHA-256 of the body as it came, where the route keeps that instead of the body.</summary>
        public Digest256? BodyDigest { get; init; }

        /// <summary>As <see cref="RecordedResponse.Verdict"/>; also null where the store had no room for it, and after an erasure.</summary>
        public Verdict? Verdict { get; init; }
    }

    /// <summary>Bytes that this version cannot read. The request must not be executed again.</summary>
    public sealed record Unreadable(string Why) : RecordedAnswer;
}

/// <summary>Why a record has no answer to replay. The numbers are stored: never reuse one.</summary>
public enum TombstoneReason
{
    /// <summary>The body was larger than the route keeps.</summary>
    TooLarge = 1,

    /// <summary>Erased on request.</summary>
    Erased = 2,

    /// <summary>The store had no room for the body.</summary>
    StorageFull = 3,

    /// <summary>Evidence of a record in doubt: the provider's status, if one arrived.</summary>
    OutcomeUnknown = 4,

    /// <summary>The route keeps a digest of the body and nothing else.</summary>
    DigestOnly = 5,

    /// <summary>The gateway's memory budget had no room for the body.</summary>
    MemoryFull = 7,
}
