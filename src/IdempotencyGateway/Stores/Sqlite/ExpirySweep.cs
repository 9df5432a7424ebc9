using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Walks the tables in the order of their keys, a few rows a step, and deletes what expired together with its answer. No index on
/// the expiry: it would cost every claim a write, and the walk costs ten million rows a read of twenty bytes each, spread over hours.
/// Where it stopped is kept in memory only: a step that is lost, or a restart, leaves its rows to the next pass.
/// </summary>
internal sealed class ExpirySweep(SqliteDatabase database, int recordsPerStep)
{
    private readonly IWalk[] _walks = [new SettledWalk(database), new NamedWalk(database, "unsettled", "key"), new NamedWalk(database, "subjects", "entry")];
    private int _walk;

    public SweepStep Step(StoreTime now)
    {
        var (examined, deleted) = _walks[_walk].Step(recordsPerStep, now);
        return new(examined, deleted, examined < recordsPerStep && GoToNextWalk());
    }

    /// <returns>True when that was the last, and the next step begins a new pass.</returns>
    private bool GoToNextWalk()
    {
        _walks[_walk].StartOver();
        _walk = (_walk + 1) % _walks.Length;
        return _walk == 0;
    }

    /// <summary>One table's. Rows are collected before any is deleted: a walk over a table that changes under it may skip some.</summary>
    private interface IWalk
    {
        (int Examined, int Deleted) Step(int limit, StoreTime now);

        void StartOver();
    }

    private sealed class SettledWalk(SqliteDatabase database) : IWalk
    {
        private readonly SqliteStatement _next = database.Prepare(
            "SELECT prefix, answer, expires FROM settled WHERE (prefix, answer) > (?1, ?2) ORDER BY prefix, answer LIMIT ?3");

        private readonly SqliteStatement _delete = database.Prepare("DELETE FROM settled WHERE prefix = ?1 AND answer = ?2");
        private readonly SqliteStatement _deleteAnswer = database.Prepare("DELETE FROM answers WHERE id = ?1");
        private readonly List<(long Prefix, long Answer)> _expired = [];
        private (long Prefix, long Answer) _after = (long.MinValue, 0);

        public void StartOver() => _after = (long.MinValue, 0);

        public (int Examined, int Deleted) Step(int limit, StoreTime now)
        {
            var examined = Collect(limit, now);
            foreach (var (prefix, answer) in _expired)
            {
                _delete.Bind(1, prefix).Bind(2, answer).Run();
                _deleteAnswer.Bind(1, answer).Run();
            }
            return (examined, _expired.Count);
        }

        private int Collect(int limit, StoreTime now)
        {
            _expired.Clear();
            var examined = 0;
            _next.Bind(1, _after.Prefix).Bind(2, _after.Answer).Bind(3, limit);
            try
            {
                for (; _next.Step(); examined++)
                {
                    _after = (_next.Integer(0), _next.Integer(1));
                    if (_next.Integer(2) <= now.Wall)
                        _expired.Add(_after);
                }
            }
            finally
            {
                _next.Reset();
            }
            return examined;
        }
    }

    private sealed class NamedWalk(SqliteDatabase database, string table, string name) : IWalk
    {
        private readonly SqliteStatement _next = database.Prepare($"SELECT {name}, expires FROM {table} WHERE {name} > ?1 ORDER BY {name} LIMIT ?2");
        private readonly SqliteStatement _delete = database.Prepare($"DELETE FROM {table} WHERE {name} = ?1");
        private readonly List<byte[]> _expired = [];
        private byte[] _after = [];

        public void StartOver() => _after = [];

        public (int Examined, int Deleted) Step(int limit, StoreTime now)
        {
            var examined = Collect(limit, now);
            foreach (var row in _expired)
                _delete.Bind(1, row).Run();
            return (examined, _expired.Count);
        }

        private int Collect(int limit, StoreTime now)
        {
            _expired.Clear();
            var examined = 0;
            _next.Bind(1, _after).Bind(2, limit);
            try
            {
                for (; _next.Step(); examined++)
                {
                    _after = _next.Blob(0).ToArray();
                    if (_next.Integer(1) <= now.Wall)
                        _expired.Add(_after);
                }
            }
            finally
            {
                _next.Reset();
            }
            return examined;
        }
    }
}
