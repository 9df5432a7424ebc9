using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Subjects;

/// <summary>
/// Erases what is recorded about a subject. Each record leaves its tombstone, so a late retry is told 410 and is not executed; a request that is under way finds that its
/// record is not its own any more.
/// </summary>
public sealed class SubjectEraser(ISubjectIndex index, IIdempotencyStore store, CompletedCopies copies, LeaderTable leaders, TimeProvider clock)
{
    /// <summary>Orders, and carries out what is ordered within reach, also what an earlier order could not finish.</summary>
    /// <exception cref="StoreUnavailableException">Not all may be erased; the same order again goes on.</exception>
    public async Task<SubjectErasure> EraseAsync(SubjectKey subject, ErasureOrder order)
    {
        var due = await index.OrderErasureAsync(subject, order, CancellationToken.None);
        var erased = 0;
        StoreUnavailableException? refusal = null;
        foreach (var entry in due)
        {
            try
            {
                if (await EraseAsync(entry) == TransitionResult.Applied)
                    erased++;
                await index.EndErasureAsync(subject, entry, CancellationToken.None);
            }
            catch (StoreUnavailableException e) when (e.ConcernsOneRecord)
            {
                // A damaged record must not keep all the others, now and at every repetition.
                refusal ??= e;
            }
        }
        return refusal is null ? new(due.Count, erased) : throw refusal;
    }

    private async ValueTask<TransitionResult> EraseAsync(SubjectEntry entry)
    {
        var tombstone = RecordCodec.Encode(new RecordedAnswer.Tombstone(TombstoneReason.Erased, Status: null, clock.GetUtcNow()));
        try
        {
            return await store.EraseAsync(entry.Record, tombstone, CancellationToken.None);
        }
        finally
        {
            copies.Evict(entry.Record);
            leaders.Dismiss(entry.Record);
        }
    }
}

/// <param name="Found">Records that were to be erased.</param>
/// <param name="Erased">Those of them that were still there.</param>
public sealed record SubjectErasure(int Found, int Erased);
