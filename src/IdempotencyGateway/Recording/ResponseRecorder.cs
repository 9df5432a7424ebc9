using System.Runtime.CompilerServices;
using IdempotencyGateway.Claims;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Limits;

namespace IdempotencyGateway.Recording;

/// <summary>
/// Writes a record's outcome: the answer, a tombstone, a doubt, or the release of its key. If the store is unavailable, the write is deferred and retried
/// by the same owner.
/// </summary>
public sealed partial class ResponseRecorder(
    IIdempotencyStore store,
    ISubjectIndex index,
    CompletedCopies copies,
    DeferredWrites deferred,
    AnswerBudget budget,
    LeaderTable leaders,
    TimeProvider clock,
    ILogger<ResponseRecorder> logger)
{
    /// <summary>
    /// How often the store is asked which came first, an erasure order or the claim. One reply tells, unless it took longer than the time between the two. Of this many replies one is
    /// fast enough, unless the two nearly coincide.
    /// </summary>
    private const int MaximumAttempts = 16;

    /// <summary>The form in which the provider's answer is recorded.</summary>
    public RecordedAnswer Describe(HttpResponse response, Verdict? verdict, RecordPolicy policy, ReadOnlyMemory<byte> body, IHeaderDictionary trailers)
    {
        var headers = Kept(response.Headers, policy.Headers);
        var all = new RecordedResponse(response.StatusCode, clock.GetUtcNow(), headers, body, trailers.Count == 0 ? [] : Kept(trailers, policy.Headers))
        {
            Trace = Telemetry.Tracing.Current,
            Verdict = verdict,
        };
        return AnswerKeeper.Keep(all, policy);
    }

    /// <summary>Records what <see cref="Describe"/> returned. On return it is durable, or <see cref="RecordingResult.Recorded"/> is false.</summary>
    public ValueTask<RecordingResult> RecordAsync(Claim claim, RecordedAnswer described)
    {
        if (described is RecordedAnswer.Tombstone tombstone)
            return CompleteAsync(claim, tombstone, RecordCodec.Encode(tombstone));
        var response = ((RecordedAnswer.Whole)described).Response;
        var bytes = RecordCodec.Encode(response);
        // From here on the body is the copy in the encoded bytes: the pooled buffer is returned.
        var answer = new RecordedAnswer.Whole(response with { Body = bytes.AsMemory(bytes.Length - response.Body.Length) });
        return CompleteAsync(claim, answer, bytes);
    }

    /// <summary>Records that there was an answer, and why it is not kept.</summary>
    public ValueTask<RecordingResult> RecordTombstoneAsync(Claim claim, Verdict? verdict, TombstoneReason reason, int status)
    {
        var tombstone = new RecordedAnswer.Tombstone(reason, status, clock.GetUtcNow()) { Verdict = verdict };
        return CompleteAsync(claim, tombstone, RecordCodec.Encode(tombstone));
    }

    /// <summary>Puts the record in doubt at once, instead of when its lease lapses.</summary>
    public async ValueTask HoldAsync(Claim claim, Verdict? verdict, int? providerStatus)
    {
        // An owner that saw no status must not overwrite an earlier owner's evidence that has one, or that cannot be read.
        var knowsLess = providerStatus is null && claim.Earlier is not (null or RecordedAnswer.Tombstone { Status: null });
        byte[] evidence = knowsLess ? [] : RecordCodec.Encode(new RecordedAnswer.Tombstone(TombstoneReason.OutcomeUnknown, providerStatus, clock.GetUtcNow())
        {
            Verdict = verdict ?? claim.Earlier?.ScoredAs,
        });
        await WriteAsync(claim, DeferredEnd.Doubt, async cancellation =>
        {
            return await IsErasedIfThereIsRoomAsync(claim, cancellation)
                ? await EraseAsync(claim, providerStatus ?? claim.Earlier?.ProviderStatus, cancellation)
                : await store.HoldAsync(claim.Ticket, evidence, cancellation);
        });
    }

    /// <summary>Frees the key.</summary>
    /// <returns>False when the claim had lost the record by then. True also when the write is deferred.</returns>
    public async ValueTask<bool> ReleaseAsync(Claim claim) =>
        await WriteAsync(claim, DeferredEnd.Release, cancellation => store.ReleaseAsync(claim.Ticket, cancellation));

    /// <summary>
    /// Takes back a claim whose reply was lost: the store may have granted it, and nothing will ever be sent under it. Claiming again with the same owner tells
    /// whether it did. Then the record goes back to what it was, instead of coming into doubt although nothing was sent.
    /// </summary>
    public void Withdraw(ClaimRequest request)
    {
        var again = request with { TakeFromDoubt = false };
        // Such a claim can only have taken over a record that was merely claimed: no owner has sent anything.
        var wasMerelyClaimed = request is { AsSent: false, TakeFromDoubt: false };
        deferred.Add(request.Key, DeferredEnd.Release, WithdrawAsync, static () => { });

        async ValueTask<TransitionResult> WithdrawAsync(CancellationToken cancellation) => await store.ClaimAsync(again, cancellation) switch
        {
            ClaimResult.Won(var ticket, _) when ticket.Fence == 1 || wasMerelyClaimed => await store.ReleaseAsync(ticket, cancellation),
            // An earlier owner may have sent, so the record goes back into doubt. A merely claimed record cannot be held and is left to its lease. It must not be released:
            // with RedLock, the record store may have forgotten a send that the quorum remembers, and a release would make the quorum forget it, too.
            ClaimResult.Won(var ticket, _) => await store.HoldAsync(ticket, ReadOnlyMemory<byte>.Empty, cancellation),
            _ => TransitionResult.Missing,
        };
    }

    /// <param name="answer">What is recorded, encoded in <paramref name="bytes"/>.</param>
    /// <param name="whole">The whole answer, when there is only room to record a tombstone: whoever waits in this process still gets it.</param>
    // Pooled, because every exchange runs it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<RecordingResult> CompleteAsync(Claim claim, RecordedAnswer answer, byte[] bytes, RecordedAnswer.Whole? whole = null)
    {
        var told = whole ?? answer;
        var stamp = copies.Stamp;
        // Counted from before the store is asked, so that the record is never promised for longer than it exists.
        var expires = clock.GetUtcNow() + claim.Retention;
        try
        {
            if (TellUnlessApplied(claim, await WriteAnswerAsync(claim, answer, bytes, CancellationToken.None)) != TransitionResult.Applied)
                return new(told, Expires: null, Deferred: false);
            copies.Add(claim.Ticket.Key, claim.Fingerprint, bytes, expires, stamp);
            return new(told, expires, Deferred: false);
        }
        catch (StoreUnavailableException e) when (e.Failure == StoreFailure.Full && TellsOfTheBody(answer))
        {
            // There is no room for the body, but a tombstone is small.
            var tombstone = new RecordedAnswer.Tombstone(TombstoneReason.StorageFull, answer.ProviderStatus, clock.GetUtcNow());
            return await CompleteAsync(claim, tombstone, RecordCodec.Encode(tombstone), answer as RecordedAnswer.Whole);
        }
        catch (StoreUnavailableException)
        {
            return Defer(claim, answer, bytes, told);
        }
    }

    private static bool TellsOfTheBody(RecordedAnswer answer) => answer is RecordedAnswer.Whole or RecordedAnswer.Tombstone { BodyDigest: not null };

    /// <summary>
    /// Adds the record to the index of each of its subjects. Called before the record gets content, so that every record with content can be found by its subject. The entry is kept for
    /// twice the retention, because an operator's resolution restarts the record's retention.
    /// </summary>
    /// <returns>True when an erasure that was ordered since the claim covers the record, which must then get no content.</returns>
    private async ValueTask<bool> IsErasedAsync(Claim claim, CancellationToken cancellation)
    {
        var isErased = false;
        foreach (var subject in claim.Subjects)
            isErased |= await IsErasedAsync(claim, subject, cancellation);
        // A deletion's own record is exempt: it tells its repetitions that the deletion happened.
        return isErased && claim.Deletion is null;
    }

    /// <summary>
    /// Compares the order's age by the store's clock with the claim's age by this process's, so the two clocks need not agree. How old the store's reply is when it arrives is not known:
    /// where that would decide, the store is asked again, and in the end the record counts as erased.
    /// </summary>
    private async ValueTask<bool> IsErasedAsync(Claim claim, SubjectKey subject, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = clock.GetElapsedTime(claim.Claimed);
            var ordered = await index.NoteSubjectAsync(subject, new(claim.Ticket.Key, claim.Caller), claim.Retention * 2, cancellation);
            if (ordered is not { } ago || ago > clock.GetElapsedTime(claim.Claimed))
                return false;
            if (ago <= before || attempt == MaximumAttempts)
                return true;
        }
    }

    /// <summary>For a doubt, which has no content yet and must be recorded even when the store has no room for an index entry.</summary>
    private async ValueTask<bool> IsErasedIfThereIsRoomAsync(Claim claim, CancellationToken cancellation)
    {
        try
        {
            return await IsErasedAsync(claim, cancellation);
        }
        catch (StoreUnavailableException e) when (e.Failure == StoreFailure.Full)
        {
            LogNotNoted(logger, claim.Ticket.Key.ToString());
            return false;
        }
    }

    private RecordingResult Defer(Claim claim, RecordedAnswer answer, byte[] bytes, RecordedAnswer told)
    {
        var held = budget.TryTake(bytes.Length) ? bytes.Length : 0;
        if (held == 0 && answer is RecordedAnswer.Whole(var unkept))
        {
            // There is no memory to hold the body until the store is back, but a tombstone is small.
            var tombstone = new RecordedAnswer.Tombstone(TombstoneReason.MemoryFull, unkept.Status, clock.GetUtcNow());
            bytes = RecordCodec.Encode(tombstone);
            answer = told = tombstone;
        }
        // Until the store has the answer, duplicates in this process get it from their leader.
        claim.Leader.Publish(new LeaderResult.Answered(told, Expires: null));
        deferred.Add(
            claim.Ticket.Key,
            DeferredEnd.Answer,
            async cancellation => TellUnlessApplied(claim, await WriteAnswerAsync(claim, answer, bytes, cancellation)),
            () =>
            {
                budget.Return(held);
                leaders.Leave(claim.Leader);
            });
        return new(told, Expires: null, Deferred: true);
    }

    private TransitionResult TellUnlessApplied(Claim claim, TransitionResult result)
    {
        if (result != TransitionResult.Applied)
            LogRecordLost(logger, claim.Ticket.Key.ToString(), result);
        return result;
    }

    private ValueTask<TransitionResult> WriteAnswerAsync(Claim claim, RecordedAnswer answer, byte[] bytes, CancellationToken cancellation) =>
        claim.Subjects.Count == 0 && claim.Deletion is null
            ? store.CompleteAsync(claim.Ticket, bytes, claim.Retention, cancellation)
            : WriteAnswerWithSubjectsAsync(claim, answer, bytes, cancellation);

    private async ValueTask<TransitionResult> WriteAnswerWithSubjectsAsync(Claim claim, RecordedAnswer answer, byte[] bytes, CancellationToken cancellation)
    {
        // Only content is personal data. That includes its digest, which confirms a guess of the content.
        if (TellsOfTheBody(answer) && await IsErasedAsync(claim, cancellation))
            return await EraseAsync(claim, answer.ProviderStatus, cancellation);
        // The erasure is ordered before the deletion's success is recorded. A repetition of the deletion then only finishes what was ordered, and orders nothing new.
        if (claim.Deletion is { IsDone: true } deletion)
        {
            foreach (var subject in deletion.Named)
                await index.OrderErasureAsync(subject, deletion.Order(claim.Ticket.Key, claim.Retention), cancellation);
        }
        return await store.CompleteAsync(claim.Ticket, bytes, claim.Retention, cancellation);
    }

    /// <summary>Ends the record as the erasure would have, if the record had been in the index in time.</summary>
    /// <returns>Lost, as it would have been then.</returns>
    private async ValueTask<TransitionResult> EraseAsync(Claim claim, int? status, CancellationToken cancellation)
    {
        var tombstone = RecordCodec.Encode(new RecordedAnswer.Tombstone(TombstoneReason.Erased, status, clock.GetUtcNow()));
        // Completing needs ownership, which may be lost. It also leaves a record that is done unchanged, so erase as well: an earlier attempt whose reply was lost may have recorded the
        // answer.
        if (await store.CompleteAsync(claim.Ticket, tombstone, claim.Retention, cancellation) == TransitionResult.Applied)
            await store.EraseAsync(claim.Ticket.Key, tombstone, cancellation);
        return TransitionResult.Lost;
    }

    /// <returns>False when the claim had lost the record.</returns>
    private async ValueTask<bool> WriteAsync(Claim claim, DeferredEnd end, Func<CancellationToken, ValueTask<TransitionResult>> write)
    {
        try
        {
            var result = await write(CancellationToken.None);
            if (result == TransitionResult.Lost)
                LogRecordLost(logger, claim.Ticket.Key.ToString(), result);
            return result != TransitionResult.Lost;
        }
        catch (StoreUnavailableException)
        {
            deferred.Add(claim.Ticket.Key, end, write, static () => { });
            return true;
        }
    }

    private static List<KeyValuePair<string, string>> Kept(IHeaderDictionary headers, RecordableHeaders recordable)
    {
        var kept = new List<KeyValuePair<string, string>>(headers.Count);
        foreach (var (name, values) in headers)
        {
            if (!recordable.Keeps(name))
                continue;
            foreach (var value in values)
                kept.Add(new(name, value ?? ""));
        }
        return kept;
    }

    [LoggerMessage(Telemetry.EventIds.SubjectNotNoted, LogLevel.Warning, "Record {StorageKey} is in doubt, but is not in its subject's index, because the store is full: an erasure by subject will not find it, so erase it by its storage key")]
    private static partial void LogNotNoted(ILogger logger, string storageKey);

    [LoggerMessage(Telemetry.EventIds.RecordLost, LogLevel.Warning, "The outcome of record {StorageKey} was not written ({Result}): the record was erased, resolved or taken over meanwhile, or the store has lost it")]
    private static partial void LogRecordLost(ILogger logger, string storageKey, TransitionResult result);
}
