using IdempotencyGateway.Stores.Sqlite.Redo;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The one SQLite transaction, kept open over many groups. A group's changes go into its pages, where the next operation reads them, and into the redo log, which makes them durable.
/// A checkpoint commits the transaction, moves SQLite's write-ahead log into the database file and rewinds the redo log, so that a page that a hundred groups changed is written once.
/// <para>Invariant: between two groups, pages and redo log agree. Only the holder of the writer's turn may use it.</para>
/// </summary>
internal sealed class OpenTransaction
{
    /// <summary>Bounds how long a checkpoint holds up all callers (about 50 ms), and how long the replay after a crash takes (below a second).</summary>
    private const long CheckpointAfterBytes = 8 << 20;

    /// <summary>Pages in SQLite's write-ahead log. Keys are random, so in a large store each new one dirties another page, and these pages outgrow the redo log.</summary>
    private const int CheckpointAfterPages = 4096;

    private readonly SqliteDatabase _database;
    private readonly RedoLog _log;
    private readonly RedoMark _mark;
    private readonly RedoChanges _changes;
    private readonly WriterSession _session;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _save;
    private readonly SqliteStatement _release;
    private readonly SqliteStatement _undo;
    private int _pagesWritten;
    private long _checkpointAt = CheckpointAfterBytes;
    private bool _rollbackPending;

    public OpenTransaction(DatabaseFile file, WriterSession session, RedoChanges changes)
    {
        (_database, _log, _mark) = (file.Database, file.Redo, file.Mark);
        (_session, _changes) = (session, changes);
        _begin = _database.Prepare("BEGIN");
        _commit = _database.Prepare("COMMIT");
        _rollback = _database.Prepare("ROLLBACK");
        _save = _database.Prepare("SAVEPOINT a_group");
        _release = _database.Prepare("RELEASE a_group");
        _undo = _database.Prepare("ROLLBACK TO a_group");
    }

    /// <summary>Runs a group atomically.</summary>
    /// <returns>Whether the group wrote to the redo log, and so waited for the disk.</returns>
    /// <exception cref="SqliteFailure">The whole group was rolled back.</exception>
    public bool Run(ReadOnlySpan<StoreOperation> group, StoreTime now)
    {
        Begin();
        _session.Save();
        _save.Run();
        try
        {
            foreach (var operation in group)
            {
                if (!operation.IsAbandoned)
                    operation.Attempt(_session, now);
            }
            if (!_changes.IsEmpty)
                _log.Append(_changes);
        }
        catch (Exception failure)
        {
            Undo(failure);
            throw;
        }
        _release.Run();
        _pagesWritten += _database.TakePagesWritten();
        // Sighting counts and deletions of expired rows are not in the redo log. The commit puts them into SQLite's write-ahead log, where they survive a killed process.
        if (_session.HasUnlogged)
            Commit();
        return !_changes.IsEmpty;
    }

    /// <summary>The logs are long enough to be worth a checkpoint, or they hold erased data that must be wiped.</summary>
    public bool IsCheckpointDue => _log.Length >= _checkpointAt || _pagesWritten >= CheckpointAfterPages || _session.Remains.AreDue;

    /// <returns>Why it failed; null when it did not.</returns>
    public SqliteFailure? TryCheckpoint()
    {
        try
        {
            Checkpoint();
            _checkpointAt = CheckpointAfterBytes;
            return null;
        }
        catch (SqliteFailure failure)
        {
            // A retry after the very next group would most likely fail again and delay it. The next checkpoint, 8 MiB later, covers everything.
            _checkpointAt = _log.Length + CheckpointAfterBytes;
            return failure;
        }
    }

    /// <summary>Makes everything durable in the database file and rewinds the redo log. If anything was erased, wipes both logs.</summary>
    public void Checkpoint()
    {
        _pagesWritten = 0;
        var wipes = _session.Remains.Begin();
        Begin();
        Commit();
        if (_database.Checkpoint(empties: wipes))
        {
            _log.Rewind();
            if (wipes)
            {
                _log.Wipe();
                _session.Remains.End();
            }
        }
        _database.TakePagesWritten();
    }

    /// <summary>
    /// Called once, before the first group: replays what an earlier process left in the redo log, then settles the records that it left under way.
    /// </summary>
    public void Recover()
    {
        // Whether the log holds data that an earlier process erased is not recorded, so it is wiped in any case.
        if (_log.HasRemains)
            _session.Remains.Erased();
        Checkpoint();
        SqliteSchema.Recover(_database);
        _mark.IsOpen = true;
        _database.Checkpoint();
    }

    /// <summary>Called once, after the last group.</summary>
    /// <returns>True when the database file holds everything, and the redo log can be deleted.</returns>
    public bool TryClose()
    {
        try
        {
            Checkpoint();
            if (_log.Length > 0)
                return false;
            _mark.IsOpen = false;
            return _database.Checkpoint();
        }
        catch (SqliteFailure)
        {
            return false;
        }
    }

    /// <summary>Starts the transaction unless it is open. What a rolled-back transaction held is replayed from the redo log.</summary>
    /// <exception cref="SqliteFailure">No transaction can be started, so no group can run now.</exception>
    public void Begin()
    {
        if (_rollbackPending)
            Abort();
        if (_rollbackPending)
            throw SqliteFailure.Stuck();
        if (_database.InTransaction)
            return;
        _begin.Run();
        try
        {
            _session.Begin();
            if (_mark.Checkpointed is var checkpointed && checkpointed < _log.Last)
                _log.Replay(checkpointed, _session.Redo);
        }
        catch
        {
            Abort();
            throw;
        }
    }

    private void Commit()
    {
        try
        {
            _session.WriteDown();
            _mark.Checkpointed = _log.Last;
            _commit.Run();
        }
        catch
        {
            // Some records may have moved from memory into the tables already. A new transaction rebuilds both from the log.
            Abort();
            throw;
        }
    }

    /// <summary>Rolls back to the savepoint. After it has met damage, SQLite refuses to write for the rest of a transaction, so then all of it is rolled back.</summary>
    private void Undo(Exception failure)
    {
        _session.Undo();
        if (failure is SqliteFailure { IsDamage: true })
        {
            Abort();
            return;
        }
        try
        {
            if (_database.InTransaction)
            {
                _undo.Run();
                _release.Run();
            }
        }
        catch (SqliteFailure)
        {
            Abort();
        }
    }

    /// <summary>Rolls the transaction back. The next group starts a new one, which replays the redo log.</summary>
    private void Abort()
    {
        _rollbackPending = true;
        try
        {
            if (_database.InTransaction)
                _rollback.Run();
            _rollbackPending = false;
        }
        catch (SqliteFailure)
        {
            // The next group tries to roll back again, and fails until that succeeds.
        }
    }
}
