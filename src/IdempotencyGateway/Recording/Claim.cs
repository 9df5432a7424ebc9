using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Subjects;

namespace IdempotencyGateway.Recording;

/// <summary>A won claim, and what is needed to end its record.</summary>
/// <param name="Caller">The caller (<see cref="CallerScope.Digest"/>).</param>
/// <param name="Subjects">The persons that the exchange is known to be about so far.</param>
/// <param name="Claimed">A timestamp of the clock, taken just before the store was asked for the claim.</param>
/// <param name="Deletion">The deletion that the request asks for, if it deletes a person.</param>
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
    /// <summary>The evidence that an earlier owner left in the record; null when there is none.</summary>
    public RecordedAnswer? Earlier { get; init; }

    /// <summary>The same claim, with its deletion, if there is one, marked as done when the provider's status confirms it.</summary>
    public Claim Answered(int status) => Deletion is { } deletion ? this with { Deletion = deletion with { IsDone = deletion.On.Contains(status) } } : this;
}
