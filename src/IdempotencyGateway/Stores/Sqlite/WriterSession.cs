using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>What an operation can do while it runs on the writer thread, inside the group's transaction.</summary>
internal sealed class WriterSession(RecordTable records, SubjectTable subjects, ExpirySweep sweep, FreeSpaceGuard space)
{
    /// <summary>Reads the record, lets <paramref name="decide"/> choose what becomes of it, and writes that if it is anything new.</summary>
    /// <exception cref="StoreUnavailableException">It would make a new record and there is no room for one. Nothing was written.</exception>
    public T Apply<T>(StorageKey key, Func<RecordRow?, StoreTime, Decision<T>> decide, StoreTime now)
    {
        var stored = records.Find(key);
        var live = stored is null || stored.HasExpired(now) ? null : stored;
        var (result, next) = decide(live, now);
        if (next == live)
            return result;
        if (live is null && !space.HasRoom(now))
            throw new StoreUnavailableException(StoreFailure.Full, "too little free space on the store's volume for new records");
        records.Replace(key, stored, next);
        return result;
    }

    public TransitionResult NoteSubject(SubjectKey subject, SubjectEntry entry, TimeSpan retention, StoreTime now)
    {
        subjects.Note(subject, entry, now.Expiry(retention));
        return TransitionResult.Applied;
    }

    public IReadOnlyList<SubjectEntry> FindSubject(SubjectKey subject, StoreTime now) => subjects.Find(subject, now);

    public SweepStep Sweep(StoreTime now) => sweep.Step(now);

    public long CountDoubts(StoreTime now) => records.CountDoubts(now);

    public DoubtPage ListDoubts(int limit, StoreTime now) => records.ListDoubts(limit, now);
}
