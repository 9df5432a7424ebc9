using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>Records as rows: where each field lies. Only the writer thread uses it.</summary>
internal sealed class RecordTable(SqliteDatabase database)
{
    private readonly SqliteStatement _find = database.Prepare("""
        SELECT state, fingerprint, owner, fence, lease, created, expires, destination, evidence, 0 FROM unsettled WHERE key = ?1
        UNION ALL
        SELECT 3, fingerprint, owner, fence, 0, created, expires, destination, bodies.body, bodies.id
        FROM settled LEFT JOIN bodies ON bodies.id = settled.body WHERE key = ?1
        """);

    private readonly SqliteStatement _addUnsettled = database.Prepare("""
        INSERT INTO unsettled (key, state, fingerprint, owner, fence, lease, created, expires, destination, evidence)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """);

    private readonly SqliteStatement _updateUnsettled = database.Prepare("""
        UPDATE unsettled SET state = ?2, owner = ?3, fence = ?4, lease = ?5, expires = ?6, destination = ?7, evidence = ?8 WHERE key = ?1
        """);

    private readonly SqliteStatement _removeUnsettled = database.Prepare("DELETE FROM unsettled WHERE key = ?1");

    private readonly SqliteStatement _addSettled = database.Prepare("""
        INSERT INTO settled (key, fingerprint, owner, fence, created, expires, destination, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, last_insert_rowid())
        """);

    private readonly SqliteStatement _removeSettled = database.Prepare("DELETE FROM settled WHERE key = ?1");

    private readonly SqliteStatement _addBody = database.Prepare("INSERT INTO bodies (body) VALUES (?1)");

    private readonly SqliteStatement _removeBody = database.Prepare("DELETE FROM bodies WHERE id = ?1");

    private readonly SqliteStatement _count = database.Prepare(
        "SELECT count(*) FROM unsettled WHERE expires > ?1 AND (state = 4 OR state = 2 AND lease <= ?2)");

    private readonly SqliteStatement _doubts = database.Prepare("""
        SELECT state, fingerprint, owner, fence, lease, created, expires, destination, evidence, 0, key, count(*) OVER () FROM unsettled
        WHERE expires > ?1 AND (state = 4 OR state = 2 AND lease <= ?2) ORDER BY created LIMIT ?3
        """);

    /// <summary>The row as stored, expired or not.</summary>
    public RecordRow? Find(StorageKey key)
    {
        if (!_find.Bind(1, key.Digest).Step())
            return null;
        try
        {
            return ReadRow(_find);
        }
        finally
        {
            _find.Reset();
        }
    }

    public void Replace(StorageKey key, RecordRow? stored, RecordRow? next)
    {
        if (stored is { IsSettled: false } && next is { IsSettled: false })
        {
            Update(key, next);
            return;
        }
        if (stored is not null)
            Remove(key, stored);
        if (next is not null)
            Add(key, next);
    }

    public long CountDoubts(StoreTime now)
    {
        _count.Bind(1, now.Wall).Bind(2, now.Monotonic).Step();
        var count = _count.Integer(0);
        _count.Reset();
        return count;
    }

    public DoubtPage ListDoubts(int limit, StoreTime now)
    {
        var oldest = new List<DoubtedRecord>();
        var total = 0L;
        _doubts.Bind(1, now.Wall).Bind(2, now.Monotonic).Bind(3, limit);
        try
        {
            while (_doubts.Step())
            {
                oldest.Add(new(new StorageKey(_doubts.Digest(10)), ReadRow(_doubts).ToStoredRecord(now)));
                total = _doubts.Integer(11);
            }
        }
        finally
        {
            _doubts.Reset();
        }
        return new(oldest, total);
    }

    private static RecordRow ReadRow(SqliteStatement row) => new()
    {
        State = ReadState(row),
        Fingerprint = new Fingerprint(row.Digest(1)),
        Owner = ReadOwner(row),
        Fence = row.Integer(3),
        LeaseUntil = row.Integer(4),
        CreatedAt = row.Integer(5),
        ExpiresAt = row.Integer(6),
        Destination = row.Text(7),
        Content = row.Blob(8).ToArray(),
        BodyId = row.Integer(9),
    };

    /// <summary>An answer that is gone must not read as an empty one.</summary>
    private static RecordState ReadState(SqliteStatement row) => (RecordState)row.Integer(0) switch
    {
        RecordState.Done when row.Integer(9) == 0 => throw SqliteFailure.Corrupt("a record's body is missing"),
        RecordState.Claimed or RecordState.Sent or RecordState.Doubt or RecordState.Done => (RecordState)row.Integer(0),
        var unknown => throw SqliteFailure.Corrupt($"a record is in state {(int)unknown}"),
    };

    private static OwnerId? ReadOwner(SqliteStatement row) => row.Blob(2) switch
    {
        { IsEmpty: true } => null,
        { Length: OwnerId.SizeInBytes } bytes => OwnerId.From(bytes),
        _ => throw SqliteFailure.Corrupt("an owner has the wrong length"),
    };

    private void Add(StorageKey key, RecordRow row)
    {
        if (row.IsSettled)
            AddSettled(key, row);
        else
            AddUnsettled(key, row);
    }

    private void AddUnsettled(StorageKey key, RecordRow row)
    {
        _addUnsettled
            .Bind(1, key.Digest)
            .Bind(2, (long)row.State)
            .Bind(3, row.Fingerprint.Digest)
            .Bind(5, row.Fence)
            .Bind(6, row.LeaseUntil)
            .Bind(7, row.CreatedAt)
            .Bind(8, row.ExpiresAt)
            .Bind(9, row.Destination)
            .Bind(10, row.Content.Span);
        BindOwner(_addUnsettled, 4, row.Owner).Run();
    }

    private void AddSettled(StorageKey key, RecordRow row)
    {
        _addBody.Bind(1, row.Content.Span).Run();
        _addBody.Forget();
        _addSettled
            .Bind(1, key.Digest)
            .Bind(2, row.Fingerprint.Digest)
            .Bind(4, row.Fence)
            .Bind(5, row.CreatedAt)
            .Bind(6, row.ExpiresAt)
            .Bind(7, row.Destination);
        BindOwner(_addSettled, 3, row.Owner).Run();
    }

    private void Update(StorageKey key, RecordRow row)
    {
        _updateUnsettled
            .Bind(1, key.Digest)
            .Bind(2, (long)row.State)
            .Bind(4, row.Fence)
            .Bind(5, row.LeaseUntil)
            .Bind(6, row.ExpiresAt)
            .Bind(7, row.Destination)
            .Bind(8, row.Content.Span);
        BindOwner(_updateUnsettled, 3, row.Owner).Run();
    }

    private void Remove(StorageKey key, RecordRow row)
    {
        if (!row.IsSettled)
        {
            _removeUnsettled.Bind(1, key.Digest).Run();
            return;
        }
        _removeSettled.Bind(1, key.Digest).Run();
        _removeBody.Bind(1, row.BodyId).Run();
    }

    private static SqliteStatement BindOwner(SqliteStatement statement, int parameter, OwnerId? owner)
    {
        if (owner is not { } named)
            return statement.BindNull(parameter);
        Span<byte> bytes = stackalloc byte[OwnerId.SizeInBytes];
        named.Write(bytes);
        return statement.Bind(parameter, bytes);
    }
}
