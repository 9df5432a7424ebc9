using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Records;

/// <summary>What the bytes of a finished (or doubtful) record say: exactly one of the three cases below.</summary>
public abstract record RecordedAnswer
{
    private RecordedAnswer()
    {
    }

    /// <summary>What the request was found to be when it was sent; null where that is not known.</summary>
    public Verdict? ScoredAs => this switch
    {
        Whole(var response) => response.Verdict,
        Tombstone tombstone => tombstone.Verdict,
        _ => null,
    };

    /// <summary>The provider's answer, as far as the route keeps it: this is what retries get.</summary>
    public sealed record Whole(RecordedResponse Response) : RecordedAnswer;

    /// <summary>There is a fact but no answer to give: the key stays used.</summary>
    /// <param name="Status">The provider's status, where one was seen.</param>
    /// <param name="RecordedAt">By the gateway's clock.</param>
    public sealed record Tombstone(TombstoneReason Reason, int? Status, DateTimeOffset RecordedAt) : RecordedAnswer
    {
        /// <summary>SHA-256 of the body as it came, where the route keeps that instead.</summary>
        public Digest256? BodyDigest { get; init; }

        /// <summary>As <see cref="RecordedResponse.Verdict"/>; null also where only the bare fact had room, and when it was erased.</summary>
        public Verdict? Verdict { get; init; }
    }

    /// <summary>The bytes are not of a form this version reads. Never executed again, never guessed.</summary>
    public sealed record Unreadable(string Why) : RecordedAnswer;
}

/// <summary>Why a record has no answer to give. The numbers are stored: never reuse one.</summary>
public enum TombstoneReason
{
    /// <summary>The body was larger than the route keeps.</summary>
    TooLarge = 1,

    /// <summary>Erased on request.</summary>
    Erased = 2,

    /// <summary>The store had no room for the body.</summary>
    StorageFull = 3,

    /// <summary>Evidence kept with a record in doubt: the status line came, the rest did not.</summary>
    OutcomeUnknown = 4,

    /// <summary>The route keeps a digest of the body and nothing else.</summary>
    DigestOnly = 5,

    /// <summary>The gateway had no memory to hold the body in.</summary>
    MemoryFull = 7,
}
