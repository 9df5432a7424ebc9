using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sightings;
using IdempotencyGateway.Stores.Sqlite.Redo;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>What an operation can do inside its group's part of the transaction. Every change that must survive a crash is also collected for the redo log.</summary>
internal sealed class WriterSession(
    Records records, SubjectTable subjects, RecentOrders orders, TrackTable tracks, ExpirySweep sweep, FreeSpaceGuard space, FileRoom room, RedoChanges changes)
{
    public SubjectIndex Subjects { get; } = new(subjects, orders, changes);

    public Remains Remains { get; } = new();

    /// <summary>The group wrote something that is not in the redo log.</summary>
    public bool HasUnlogged { get; private set; }

    /// <summary>Reads the record, lets <paramref name="decide"/> choose its next state, and writes that if it differs.</summary>
    /// <exception cref="StoreUnavailableException">There is no room for a new record, or for a larger one. Nothing was written.</exception>
    public T Apply<TArguments, T>(StorageKey key, TArguments arguments, Func<RecordRow?, TArguments, StoreTime, Decision<T>> decide, StoreTime now)
    {
        var stored = records.Find(key);
        var live = stored is null || stored.HasExpired(now) ? null : stored;
        var (result, next) = decide(live, arguments, now);
        if (next == live)
            return result;
        if (live is null && !space.HasRoom(now))
            throw new StoreUnavailableException(StoreFailure.Full, "too little free space on the store's volume for new records");
        if (!room.Takes(next, isNew: live is null))
            throw new StoreUnavailableException(StoreFailure.Full, "the store's file has reached its limit");
        records.Replace(key, stored, next);
        if (stored is { Content.IsEmpty: false })
            Remains.Erased();
        if (next is null)
            changes.Remove(key);
        else
            changes.Put(key, next);
        return result;
    }

    /// <returns>How many were written.</returns>
    public int WriteTracks(IReadOnlyList<TrackChange> changes)
    {
        HasUnlogged = true;
        tracks.Write(changes);
        return changes.Count;
    }

    /// <summary>A group begins: <see cref="Undo"/> restores the state in memory to this point, as the savepoint does for the tables.</summary>
    public void Save()
    {
        HasUnlogged = false;
        changes.Clear();
        records.Save();
    }

    public void Undo()
    {
        records.Undo();
        changes.Clear();
    }

    /// <summary>Writes the records that are only in memory into the tables, before the transaction is committed.</summary>
    public void WriteDown() => records.WriteDown();

    /// <summary>A transaction begins: drops from memory whatever was not committed.</summary>
    public void Begin()
    {
        records.Forget();
        room.Measure();
    }

    /// <summary>Applies the changes of one frame of the redo log again.</summary>
    public void Redo(ReadOnlySpan<byte> logged) => RedoChanges.Apply(logged, records, subjects);

    public SweepStep Sweep(StoreTime now)
    {
        records.WriteDown();
        var step = sweep.Step(now);
        HasUnlogged |= step.Deleted > 0;
        Remains.Swept(step, now);
        return step;
    }

    public long CountDoubts(StoreTime now) => records.CountDoubts(now);

    public DoubtPage ListDoubts(int limit, StoreTime now) => records.ListDoubts(limit, now);
}
