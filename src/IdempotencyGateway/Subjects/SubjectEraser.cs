using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Subjects;

/// <summary>
/// Erases what is recorded about a subject. Each record leaves its tombstone, so a late retry is told 410 and is not executed; a request that is under way finds that its
/// record is not its own any more.
/// </summary>
public sealed class SubjectEraser(
    ISubjectIndex index, IIdempotencyStore store, StoreSecret secret, CompletedCopies copies, LeaderTable leaders, TimeProvider clock)
{
    /// <param name="which">Of the records about the subject.</param>
    /// <exception cref="StoreUnavailableException">Not all may be erased; asking again goes on.</exception>
    public async Task<SubjectErasure> EraseAsync(SubjectKey subject, Func<SubjectEntry, bool> which)
    {
        var found = 0;
        var erased = 0;
        foreach (var entry in await index.FindSubjectAsync(subject, CancellationToken.None))
        {
            if (!which(entry))
                continue;
            found++;
            var tombstone = RecordCodec.Encode(new RecordedAnswer.Tombstone(TombstoneReason.Erased, Status: null, clock.GetUtcNow()));
            try
            {
                if (await store.EraseAsync(entry.Record, tombstone, CancellationToken.None) == TransitionResult.Applied)
                    erased++;
            }
            finally
            {
                copies.Evict(entry.Record);
                leaders.Dismiss(entry.Record);
            }
        }
        return new(found, erased);
    }

    /// <summary>Whether <see cref="NoteFinishedAsync"/> was said of it.</summary>
    /// <param name="deletion">The record of the request that brought the erasure about.</param>
    /// <exception cref="StoreUnavailableException">Nobody knows.</exception>
    public async ValueTask<bool> IsFinishedAsync(SubjectKey subject, StorageKey deletion) =>
        (await index.FindSubjectAsync(SubjectKey.OfErasure(secret, subject, deletion), CancellationToken.None)).Count > 0;

    /// <param name="retention">The deletion's own: with its record goes what it would be asked for.</param>
    /// <exception cref="StoreUnavailableException">Nobody knows whether it is noted.</exception>
    public async ValueTask NoteFinishedAsync(SubjectKey subject, StorageKey deletion, Digest256 caller, TimeSpan retention) =>
        await index.NoteSubjectAsync(SubjectKey.OfErasure(secret, subject, deletion), new(deletion, caller), retention, CancellationToken.None);
}

/// <param name="Found">Records that were noted for the subject.</param>
/// <param name="Erased">Those of them that were still there.</param>
public sealed record SubjectErasure(int Found, int Erased);
