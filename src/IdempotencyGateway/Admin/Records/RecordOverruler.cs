using IdempotencyGateway.Admin.Access;
using IdempotencyGateway.Admin.Audit;
using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Admin.Records;

/// <summary>
/// Changes a record for an operator: resolves a doubt, or erases the answer. The audit log gets a line before the change and its result after it. Then older copies of
/// the record in this process are dropped. Other processes drop theirs when the store signals the change.
/// </summary>
internal sealed class RecordOverruler(
    IIdempotencyStore store, CompletedCopies copies, LeaderTable leaders, AuditLog audit, TimeProvider clock)
{
    private const string Absent = "absent";
    private const string Done = "done";

    public async Task<IResult> ResolveAsync(StorageKey key, ResolveRequest request, AdminCaller who)
    {
        var isNeverSent = request.Outcome == ResolutionReader.NeverSent;
        var change = new Change(audit, clock, who, isNeverSent ? "resolve never-sent" : "resolve executed", key.ToString());
        var (resolution, wrong) = ResolutionReader.Read(request, clock.GetUtcNow());
        if (resolution is null)
            return await change.RefuseAsync(before: null, AdminProblem.NotAnswerable, wrong!);
        if (await store.FindAsync(key, CancellationToken.None) is not { } record)
            return await change.RefuseAsync(Absent, AdminProblem.NoRecord, "Nothing is kept under this storage key.");
        var before = RecordAnswer.NameOf(record.State);
        if (!record.IsDoubtful)
            return await change.RefuseAsync(before, AdminProblem.NotInDoubt, NotInDoubt(record, before));

        // A request that is still under way will find out what happened; freeing its key now could send it twice.
        if (isNeverSent && leaders.IsLed(key))
            return await change.RefuseAsync(before, AdminProblem.UnderWay, "A request for this record is being handled in this process: look again in a moment.");

        // The record's own retention, counted from now.
        var retention = record.ExpiresAt - record.CreatedAt;
        return await ApplyAsync(key, change, before, isNeverSent ? Absent : Done, () => store.ResolveAsync(key, resolution, retention, CancellationToken.None));
    }

    public async Task<IResult> EraseAsync(StorageKey key, AdminCaller who)
    {
        var change = new Change(audit, clock, who, "erase", key.ToString());
        if (await store.FindAsync(key, CancellationToken.None) is not { } record)
            return await change.RefuseAsync(Absent, AdminProblem.NoRecord, "Nothing is kept under this storage key.");
        var tombstone = RecordCodec.Encode(new RecordedAnswer.Tombstone(TombstoneReason.Erased, Status: null, clock.GetUtcNow()));
        return await ApplyAsync(key, change, RecordAnswer.NameOf(record.State), Done, () => store.EraseAsync(key, tombstone, CancellationToken.None));
    }

    private async Task<IResult> ApplyAsync(StorageKey key, Change change, string before, string after, Func<ValueTask<TransitionResult>> write)
    {
        await change.BeginAsync(before);
        TransitionResult result;
        try
        {
            result = await write();
        }
        catch (StoreUnavailableException)
        {
            Forget(key);
            await change.TryEndUnknownAsync(before);
            throw;
        }
        Forget(key);
        switch (result)
        {
            case TransitionResult.Applied:
                var audited = await change.TryEndAsync(before, after);
                return Results.Json(new ChangeAnswer(key.ToString(), before, after, audited), AdminJson.Default.ChangeAnswer);
            case TransitionResult.Lost:
                return await change.RefuseAsync(before, AdminProblem.NotInDoubt, "The record was changed at the same moment: look at it again.");
            case TransitionResult.Missing:
                return await change.RefuseAsync(Absent, AdminProblem.NoRecord, "The record expired or was removed at the same moment.");
            default:
                throw new InvalidOperationException("no such result");
        }
    }

    private void Forget(StorageKey key)
    {
        copies.Evict(key);
        leaders.Dismiss(key);
    }

    private static string NotInDoubt(StoredRecord record, string state) => record.RemainingLease > TimeSpan.Zero
        ? $"The record is {state}, and its owner's lease lasts another {record.RemainingLease.TotalSeconds:0.#} s: wait until it has ended."
        : $"The record is {state}: there is no doubt to resolve.";
}
