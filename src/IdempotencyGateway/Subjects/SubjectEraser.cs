using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Subjects;

/// <summary>
/// Erases what is recorded about a subject. Each record is replaced by a tombstone, so a late retry gets 410 and is not executed. A request under way loses the ownership of its
/// record.
/// </summary>
public sealed class SubjectEraser(ISubjectIndex index, IIdempotencyStore store, CompletedCopies copies, LeaderTable leaders, TimeProvider clock)
{
    /// <summary>Gives the order, then erases every record within its reach that is marked, also by earlier orders that were interrupted.</summary>
    /// <exception cref="StoreUnavailableException">Some records may be left. Repeating the same order continues.</exception>
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
                // One damaged record must not keep the others from being erased, now and at every repetition.
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

/// <summary>The result of an erasure.</summary>
/// <param name="Found">How many records were to be erased.</param>
/// <param name="Erased">How many of them still existed.</param>
public sealed record SubjectErasure(int Found, int Erased);
