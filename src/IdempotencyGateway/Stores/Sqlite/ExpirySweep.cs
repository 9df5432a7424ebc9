using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Deletes expired rows and their answers: walks the tables in key order, a few rows a step. There is no index on the expiry, which would cost every claim a write.
/// The walk reads twenty bytes a row, spread over hours for ten million rows.
/// The position is kept in memory only: rows that a restart or a failed step skips are left to the next pass.
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

    /// <returns>True when that was the last table, and the next step begins a new pass.</returns>
    private bool GoToNextWalk()
    {
        _walks[_walk].StartOver();
        _walk = (_walk + 1) % _walks.Length;
        return _walk == 0;
    }

    /// <summary>The walk over one table. Collects the expired rows of a step before it deletes any: a query may skip rows of a table that is changed while it runs.</summary>
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
