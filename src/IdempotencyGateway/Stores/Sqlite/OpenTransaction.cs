using IdempotencyGateway.Stores.Sqlite.Redo;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The one transaction, which stays open over many groups: their changes are in its pages, where the next operation finds them, and on the disk in the redo log. Now and then it
/// is committed and moved into the database file, and the log begins again. A page that a hundred groups touched is so written once.
/// <para>Invariant: pages and log say the same between two groups. Only whoever has the writer's turn uses it.</para>
/// </summary>
internal sealed class OpenTransaction
{
    /// <summary>Short enough to be moved in some fifty milliseconds, while all callers wait, and read again within a second after a crash.</summary>
    private const long FoldAfterBytes = 8 << 20;

    /// <summary>Pages in SQLite's own log. They are many when keys are: each new one lies on another page.</summary>
    private const int FoldAfterPages = 4096;

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
    private long _foldAt = FoldAfterBytes;
    private bool _isGivenUp;

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

    /// <summary>Runs a group, all of it or nothing.</summary>
    /// <returns>Whether it waited for the disk.</returns>
    /// <exception cref="SqliteFailure">Nothing of it counts.</exception>
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
        // Counts, or rows that expired: the log does not know of them, so they go where a process that is killed cannot take them along.
        if (_session.HasUnlogged)
            Commit();
        return !_changes.IsEmpty;
    }

    /// <summary>There is enough in it to be worth moving into the file, which takes some fifty milliseconds, or something in the logs that must not stay there.</summary>
    public bool IsFoldDue => _log.Length >= _foldAt || _pagesWritten >= FoldAfterPages || _session.Remains.AreDue;

    /// <returns>Why it failed; null when it did not.</returns>
    public SqliteFailure? TryFold()
    {
        try
        {
            Fold();
            _foldAt = FoldAfterBytes;
            return null;
        }
        catch (SqliteFailure failure)
        {
            // The log goes on, and a later one moves it all; not the very next group, which would do it again to no avail.
            _foldAt = _log.Length + FoldAfterBytes;
            return failure;
        }
    }

    /// <summary>Everything into the database file, durably; where something was erased, nothing of it stays in the logs.</summary>
    public void Fold()
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
    /// Once, before the first group: what an earlier process had answered and not folded comes into the database, then what it left under way is settled.
    /// </summary>
    public void Recover()
    {
        // Nobody knows what an earlier process had erased.
        if (_log.HasRemains)
            _session.Remains.Erased();
        Fold();
        SqliteSchema.Recover(_database);
        _mark.IsOpen = true;
        _database.Checkpoint();
    }

    /// <summary>Once, after the last group.</summary>
    /// <returns>Whether everything is in the database file, and the log not needed any more.</returns>
    public bool TryClose()
    {
        try
        {
            Fold();
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

    /// <summary>Where SQLite had to give the transaction up, what it held is done again from the log.</summary>
    /// <exception cref="SqliteFailure">No group can run now.</exception>
    public void Begin()
    {
        if (_isGivenUp)
            GiveUp();
        if (_isGivenUp)
            throw SqliteFailure.Stuck();
        if (_database.InTransaction)
            return;
        _begin.Run();
        try
        {
            // What was committed is all there is, but for what the log has.
            _session.Begin();
            if (_mark.Folded is var folded && folded < _log.Last)
                _log.Replay(folded, _session.Redo);
        }
        catch
        {
            GiveUp();
            throw;
        }
    }

    private void Commit()
    {
        try
        {
            _session.WriteDown();
            _mark.Folded = _log.Last;
            _commit.Run();
        }
        catch
        {
            // It may have written down some of what was under way, and memory does not know which.
            GiveUp();
            throw;
        }
    }

    /// <summary>After damage SQLite refuses to write for the rest of a transaction, so there only a new one helps.</summary>
    private void Undo(Exception failure)
    {
        _session.Undo();
        if (failure is SqliteFailure { IsDamage: true })
        {
            GiveUp();
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
            GiveUp();
        }
    }

    /// <summary>The next group begins a new transaction, and has what this one held done again.</summary>
    private void GiveUp()
    {
        _isGivenUp = true;
        try
        {
            if (_database.InTransaction)
                _rollback.Run();
            _isGivenUp = false;
        }
        catch (SqliteFailure)
        {
            // Then the next group tries it again, and is refused until it is done.
        }
    }
}
