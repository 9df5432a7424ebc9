using IdempotencyGateway.Core.Records;

namespace IdempotencyGateway.Recording;

/// <summary>What became of recording an answer.</summary>
/// <param name="Answer">The answer, whether or not the store took it.</param>
/// <param name="Expires">The store has it (or its tombstone) until then or a little longer, by this gateway's clock; null where it does not.</param>
/// <param name="Deferred">The write goes on in the background; the leader stays until it ends.</param>
public sealed record RecordingResult(RecordedAnswer Answer, DateTimeOffset? Expires, bool Deferred)
{
    public bool Recorded => Expires is not null;
}
