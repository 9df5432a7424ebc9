using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Subjects;

namespace IdempotencyGateway.Recording;

/// <summary>A won claim and what ending it takes.</summary>
/// <param name="Caller">Whose it is (<see cref="CallerScope.Digest"/>).</param>
/// <param name="Subjects">Whom it is known to be about so far.</param>
/// <param name="Claimed">When the store was about to be asked for it, as a timestamp of the clock.</param>
/// <param name="Deletion">Whom its success deletes, where it deletes somebody.</param>
public sealed record Claim(
    ClaimTicket Ticket,
    Fingerprint Fingerprint,
    TimeSpan Retention,
    Leader Leader,
    Digest256 Caller,
    IReadOnlyList<SubjectKey> Subjects,
    long Claimed,
    Deletion? Deletion)
{
    /// <summary>What an earlier owner knew of its attempt, which the record keeps; null where it has none.</summary>
    public RecordedAnswer? Earlier { get; init; }

    /// <summary>The provider's status of an earlier attempt, where its owner heard one.</summary>
    public int? EarlierStatus => (Earlier as RecordedAnswer.Tombstone)?.Status;

    /// <param name="status">The provider's, by which its answer is judged.</param>
    public Claim Answered(int status) => Deletion is { } deletion ? this with { Deletion = deletion with { IsDone = deletion.On.Contains(status) } } : this;
}
