using IdempotencyGateway.Core.Records;

namespace IdempotencyGateway.Recording;

/// <summary>What became of recording an answer.</summary>
/// <param name="Answer">The answer, whether or not the store took it.</param>
/// <param name="Recorded">The store has it (or its tombstone).</param>
/// <param name="Deferred">The write goes on in the background; the leader stays until it ends.</param>
public sealed record RecordingResult(RecordedAnswer Answer, bool Recorded, bool Deferred);
