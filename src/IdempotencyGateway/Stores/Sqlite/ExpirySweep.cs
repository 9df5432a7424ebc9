using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Walks the tables of keys and of subjects in the order of their keys, a few rows a step, and deletes what expired together with its body. No index on
/// the expiry: it would cost every claim a write, and the walk costs ten million rows a read of each, spread over hours.
/// Where it stopped is kept in memory only: a step that is lost, or a restart, leaves its rows to the next pass.
/// </summary>
internal sealed class ExpirySweep(SqliteDatabase database, int recordsPerStep)
{
    private readonly Walk[] _walks =
    [
        new(
            database.Prepare("SELECT key, expires, body FROM settled WHERE key > ?1 ORDER BY key LIMIT ?2"),
            database.Prepare("DELETE FROM settled WHERE key = ?1")),
        new(
            database.Prepare("SELECT key, expires, 0 FROM unsettled WHERE key > ?1 ORDER BY key LIMIT ?2"),
            database.Prepare("DELETE FROM unsettled WHERE key = ?1")),
        new(
            database.Prepare("SELECT entry, expires, 0 FROM subjects WHERE entry > ?1 ORDER BY entry LIMIT ?2"),
            database.Prepare("DELETE FROM subjects WHERE entry = ?1")),
    ];

    private readonly SqliteStatement _deleteBody = database.Prepare("DELETE FROM bodies WHERE id = ?1");
    private readonly List<(byte[] Key, long Body)> _expired = [];
    private byte[] _after = [];
    private int _walk;

    public SweepStep Step(StoreTime now)
    {
        var walk = _walks[_walk];
        var examined = Collect(walk, now);
        foreach (var (key, body) in _expired)
        {
            walk.Delete.Bind(1, key).Run();
            if (body != 0)
                _deleteBody.Bind(1, body).Run();
        }
        return new(examined, _expired.Count, examined < recordsPerStep && GoToNextWalk());
    }

    /// <summary>Collected before anything is deleted: a walk over a table that changes under it may skip rows.</summary>
    private int Collect(Walk walk, StoreTime now)
    {
        _expired.Clear();
        var examined = 0;
        walk.Next.Bind(1, _after).Bind(2, recordsPerStep);
        try
        {
            while (walk.Next.Step())
            {
                examined++;
                _after = walk.Next.Blob(0).ToArray();
                if (walk.Next.Integer(1) <= now.Wall)
                    _expired.Add((_after, walk.Next.Integer(2)));
            }
        }
        finally
        {
            walk.Next.Reset();
        }
        return examined;
    }

    /// <returns>True when that was the last, and the next step begins a new pass.</returns>
    private bool GoToNextWalk()
    {
        _after = [];
        _walk = (_walk + 1) % _walks.Length;
        return _walk == 0;
    }

    private sealed record Walk(SqliteStatement Next, SqliteStatement Delete);
}
