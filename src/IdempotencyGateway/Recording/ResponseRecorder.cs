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
/// Ends a record: with the answer, with a tombstone, in doubt, or by freeing its key. Whatever the store cannot take now is kept and written later
/// by the same owner, and said so in the result.
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
    /// <summary>One asking settles which came first, the order or the claim, unless the store's reply took longer than the time between the two. Of so many replies one is quick enough, unless the two all but coincide.</summary>
    private const int MaximumAskings = 16;

    /// <summary>The provider's answer as it is recorded.</summary>
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

    /// <summary>Records what <see cref="Describe"/> said. On return it is durable, or <see cref="RecordingResult.Recorded"/> is false.</summary>
    public ValueTask<RecordingResult> RecordAsync(Claim claim, RecordedAnswer described)
    {
        if (described is RecordedAnswer.Tombstone tombstone)
            return CompleteAsync(claim, tombstone, RecordCodec.Encode(tombstone));
        var response = ((RecordedAnswer.Whole)described).Response;
        var bytes = RecordCodec.Encode(response);
        // The copy lives on in the encoded bytes; the pooled body goes back.
        var answer = new RecordedAnswer.Whole(response with { Body = bytes.AsMemory(bytes.Length - response.Body.Length) });
        return CompleteAsync(claim, answer, bytes);
    }

    /// <summary>Records that there was an answer, and why it is not kept.</summary>
    public ValueTask<RecordingResult> RecordTombstoneAsync(Claim claim, Verdict? verdict, TombstoneReason reason, int status)
    {
        var tombstone = new RecordedAnswer.Tombstone(reason, status, clock.GetUtcNow()) { Verdict = verdict };
        return CompleteAsync(claim, tombstone, RecordCodec.Encode(tombstone));
    }

    /// <summary>Nobody knows what became of it: the record says so at once, instead of when the lease lapses.</summary>
    public async ValueTask HoldAsync(Claim claim, Verdict? verdict, int? providerStatus)
    {
        // Who heard nothing does not talk over an earlier owner who heard something, or whose word cannot be read.
        var saysLess = providerStatus is null && claim.Earlier is not (null or RecordedAnswer.Tombstone { Status: null });
        byte[] evidence = saysLess ? [] : RecordCodec.Encode(new RecordedAnswer.Tombstone(TombstoneReason.OutcomeUnknown, providerStatus, clock.GetUtcNow())
        {
            Verdict = verdict ?? claim.Earlier?.ScoredAs,
        });
        await WriteAsync(claim, DeferredEnd.Doubt, async cancellation =>
        {
            return await IsErasedIfThereIsRoomAsync(claim, cancellation)
                ? await EraseAsync(claim, providerStatus ?? claim.EarlierStatus, cancellation)
                : await store.HoldAsync(claim.Ticket, evidence, cancellation);
        });
    }

    /// <summary>Frees the key.</summary>
    /// <returns>False when the record was somebody else's by then. True, too, where the store has still to be told.</returns>
    public async ValueTask<bool> ReleaseAsync(Claim claim) =>
        await WriteAsync(claim, DeferredEnd.Release, cancellation => store.ReleaseAsync(claim.Ticket, cancellation));

    /// <summary>
    /// Takes back a claim whose reply was lost: it may be in the store, and nothing will ever be sent under it. Asking again with the same owner tells
    /// whether it is there; then the record goes back to what it was, instead of into a doubt that nobody has.
    /// </summary>
    public void Withdraw(ClaimRequest request)
    {
        var again = request with { TakeFromDoubt = false };
        // What it had from an earlier owner was merely claimed, as its own is.
        var wasMerelyClaimed = request is { AsSent: false, TakeFromDoubt: false };
        deferred.Add(request.Key, DeferredEnd.Release, WithdrawAsync, static () => { });

        async ValueTask<TransitionResult> WithdrawAsync(CancellationToken cancellation) => await store.ClaimAsync(again, cancellation) switch
        {
            ClaimResult.Won(var ticket, _) when ticket.Fence == 1 || wasMerelyClaimed => await store.ReleaseAsync(ticket, cancellation),
            // An earlier owner may have sent it; only this attempt has not. Should it be merely claimed it cannot be held, and is left to its lease: a store that has forgotten
            // a sending may have others that remember it (RedLock), and they would let go of it with a release.
            ClaimResult.Won(var ticket, _) => await store.HoldAsync(ticket, ReadOnlyMemory<byte>.Empty, cancellation),
            _ => TransitionResult.Missing,
        };
    }

    /// <param name="answer">What the record is to say, encoded in <paramref name="bytes"/>.</param>
    /// <param name="whole">The whole answer, where the record only has room for the fact: who waits here gets it all the same.</param>
    // Pooled, because it stands in every exchange.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<RecordingResult> CompleteAsync(Claim claim, RecordedAnswer answer, byte[] bytes, RecordedAnswer.Whole? whole = null)
    {
        var told = whole ?? answer;
        var stamp = copies.Stamp;
        // From before the store is asked, so that the record is never promised for longer than it is there.
        var expires = clock.GetUtcNow() + claim.Retention;
        try
        {
            var result = await WriteAnswerAsync(claim, answer, bytes, CancellationToken.None);
            if (result != TransitionResult.Applied)
            {
                LogRecordLost(logger, claim.Ticket.Key.ToString(), result);
                return new(told, Expires: null, Deferred: false);
            }
            copies.Add(claim.Ticket.Key, claim.Fingerprint, bytes, expires, stamp);
            return new(told, expires, Deferred: false);
        }
        catch (StoreUnavailableException e) when (e.Failure == StoreFailure.Full && TellsOfTheBody(answer))
        {
            // No room for the body; the fact is small.
            var tombstone = new RecordedAnswer.Tombstone(TombstoneReason.StorageFull, StatusOf(answer), clock.GetUtcNow());
            return await CompleteAsync(claim, tombstone, RecordCodec.Encode(tombstone), answer as RecordedAnswer.Whole);
        }
        catch (StoreUnavailableException)
        {
            return Defer(claim, answer, bytes, told);
        }
    }

    private static bool TellsOfTheBody(RecordedAnswer answer) => answer is RecordedAnswer.Whole or RecordedAnswer.Tombstone { BodyDigest: not null };

    private static int? StatusOf(RecordedAnswer answer) =>
        answer is RecordedAnswer.Whole(var response) ? response.Status : (answer as RecordedAnswer.Tombstone)?.Status;

    /// <summary>
    /// Notes whom the record is about. Before the content, so that whatever has content is found. Twice as long: an operator's resolution begins the record's retention anew.
    /// </summary>
    /// <returns>Whether an erasure that was ordered since the claim covers the record, so that it must not get any content.</returns>
    private async ValueTask<bool> IsErasedAsync(Claim claim, CancellationToken cancellation)
    {
        var isErased = false;
        foreach (var subject in claim.Subjects)
            isErased |= await IsErasedAsync(claim, subject, cancellation);
        // The deletion's own record says nothing but that it happened.
        return isErased && claim.Deletion is null;
    }

    /// <summary>
    /// Only spans are compared, so no two clocks have to agree. How long the store's reply was on its way is not known: where that decides, it is asked again, and at last taken for erased.
    /// </summary>
    private async ValueTask<bool> IsErasedAsync(Claim claim, SubjectKey subject, CancellationToken cancellation)
    {
        for (var asking = 1; ; asking++)
        {
            var before = clock.GetElapsedTime(claim.Claimed);
            var ordered = await index.NoteSubjectAsync(subject, new(claim.Ticket.Key, claim.Caller), claim.Retention * 2, cancellation);
            if (ordered is not { } ago || ago > clock.GetElapsedTime(claim.Claimed))
                return false;
            if (ago <= before || asking == MaximumAskings)
                return true;
        }
    }

    /// <summary>A doubt has no content yet, and has to be recorded even when nothing new fits.</summary>
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
            // No memory to keep the body until the store is back; the fact is small.
            var tombstone = new RecordedAnswer.Tombstone(TombstoneReason.MemoryFull, unkept.Status, clock.GetUtcNow());
            bytes = RecordCodec.Encode(tombstone);
            answer = told = tombstone;
        }
        // Duplicates in this process get the answer from its leader until the store has it.
        claim.Leader.Publish(new LeaderNews.Answered(told, Expires: null));
        deferred.Add(
            claim.Ticket.Key,
            DeferredEnd.Answer,
            cancellation => WriteAnswerAsync(claim, answer, bytes, cancellation),
            () =>
            {
                budget.Return(held);
                leaders.Leave(claim.Leader);
            });
        return new(told, Expires: null, Deferred: true);
    }

    private ValueTask<TransitionResult> WriteAnswerAsync(Claim claim, RecordedAnswer answer, byte[] bytes, CancellationToken cancellation) =>
        claim.Subjects.Count == 0 && claim.Deletion is null
            ? store.CompleteAsync(claim.Ticket, bytes, claim.Retention, cancellation)
            : WriteAnswerAboutSomebodyAsync(claim, answer, bytes, cancellation);

    private async ValueTask<TransitionResult> WriteAnswerAboutSomebodyAsync(Claim claim, RecordedAnswer answer, byte[] bytes, CancellationToken cancellation)
    {
        // Only content can be about somebody; so can its digest, by which whoever guesses the content sees that the guess was right.
        if (TellsOfTheBody(answer) && await IsErasedAsync(claim, cancellation))
            return await EraseAsync(claim, StatusOf(answer), cancellation);
        // Before it is recorded that the provider has deleted somebody: who repeats a deletion then goes on with what it ordered, and orders nothing more.
        if (claim.Deletion is { IsDone: true } deletion)
        {
            foreach (var subject in deletion.Named)
                await index.OrderErasureAsync(subject, deletion.Order(claim.Ticket.Key, claim.Retention), cancellation);
        }
        return await store.CompleteAsync(claim.Ticket, bytes, claim.Retention, cancellation);
    }

    /// <summary>Ends the record as the erasure would have ended it, had it been noted in time.</summary>
    /// <returns>Lost, as then.</returns>
    private async ValueTask<TransitionResult> EraseAsync(Claim claim, int? status, CancellationToken cancellation)
    {
        var tombstone = RecordCodec.Encode(new RecordedAnswer.Tombstone(TombstoneReason.Erased, status, clock.GetUtcNow()));
        // Once as its owner, who may own it no more; and once more over it, should an earlier asking have completed it without its reply having come.
        if (await store.CompleteAsync(claim.Ticket, tombstone, claim.Retention, cancellation) == TransitionResult.Applied)
            await store.EraseAsync(claim.Ticket.Key, tombstone, cancellation);
        return TransitionResult.Lost;
    }

    /// <returns>False when the record was somebody else's.</returns>
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

    [LoggerMessage(Telemetry.EventIds.SubjectNotNoted, LogLevel.Warning, "Record {StorageKey} is in doubt and is not noted for its subject, because the store is full: erase it by its storage key")]
    private static partial void LogNotNoted(ILogger logger, string storageKey);

    [LoggerMessage(Telemetry.EventIds.RecordLost, LogLevel.Warning, "The end of record {StorageKey} was refused ({Result}): it was erased, resolved or taken over meanwhile")]
    private static partial void LogRecordLost(ILogger logger, string storageKey, TransitionResult result);
}
