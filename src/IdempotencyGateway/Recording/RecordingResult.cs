using IdempotencyGateway.Core.Records;

namespace IdempotencyGateway.Recording;

/// <summary>The result of recording an answer.</summary>
/// <param name="Answer">The answer, whether or not the store has it.</param>
/// <param name="Expires">The store keeps it (or its tombstone) at least until then, by this gateway's clock; null when the store does not have it.</param>
/// <param name="Deferred">The write is retried in the background, and the leader stays until that ends.</param>
public sealed record RecordingResult(RecordedAnswer Answer, DateTimeOffset? Expires, bool Deferred)
{
    public bool Recorded => Expires is not null;
}
