using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>Reads and writes records as rows of their tables. Only the holder of the writer's turn may use it.</summary>
internal sealed class RecordTable(SqliteDatabase database)
{
    private const string UnsettledColumns = "state, fingerprint, owner, fence, lease, created, expires, destination, evidence, 0";

    private readonly SqliteStatement _find = database.Prepare($"""
        SELECT {UnsettledColumns} FROM unsettled WHERE key = ?1
        UNION ALL
        SELECT 3, fingerprint, owner, fence, 0, created, settled.expires, destination, body, answers.id
        FROM settled LEFT JOIN answers ON answers.id = settled.answer WHERE prefix = ?2 AND (key = ?1 OR key IS NULL)
        """);

    private readonly SqliteStatement _putUnsettled = database.Prepare("""
        INSERT OR REPLACE INTO unsettled (key, state, fingerprint, owner, fence, lease, created, expires, destination, evidence)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """);

    private readonly SqliteStatement _removeUnsettled = database.Prepare("DELETE FROM unsettled WHERE key = ?1");

    private readonly SqliteStatement _addAnswer = database.Prepare("""
        INSERT INTO answers (key, fingerprint, owner, fence, created, destination, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """);

    private readonly SqliteStatement _addSettled = database.Prepare("INSERT INTO settled (prefix, answer, expires) VALUES (?1, last_insert_rowid(), ?2)");

    private readonly SqliteStatement _removeSettled = database.Prepare("DELETE FROM settled WHERE prefix = ?1 AND answer = ?2");

    private readonly SqliteStatement _removeAnswer = database.Prepare("DELETE FROM answers WHERE id = ?1");

    private readonly SqliteStatement _count = database.Prepare(
        "SELECT count(*) FROM unsettled WHERE expires > ?1 AND (state = 4 OR state = 2 AND lease <= ?2)");

    private readonly SqliteStatement _doubts = database.Prepare($"""
        SELECT {UnsettledColumns}, key, count(*) OVER () FROM unsettled
        WHERE expires > ?1 AND (state = 4 OR state = 2 AND lease <= ?2) ORDER BY created LIMIT ?3
        """);

    /// <summary>The row as stored, expired or not.</summary>
    public RecordRow? Find(StorageKey key)
    {
        if (!_find.Bind(1, key.Digest).Bind(2, Prefix(key)).Step())
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

    public void PutUnsettled(StorageKey key, RecordRow row)
    {
        _putUnsettled
            .Bind(1, key.Digest)
            .Bind(2, (long)row.State)
            .Bind(3, row.Fingerprint.Digest)
            .Bind(5, row.Fence)
            .Bind(6, row.LeaseUntil)
            .Bind(7, row.CreatedAt)
            .Bind(8, row.ExpiresAt)
            .Bind(9, row.Destination)
            .Bind(10, row.Content.Span);
        BindOwner(_putUnsettled, 4, row.Owner).Run();
    }

    public void RemoveUnsettled(StorageKey key) => _removeUnsettled.Bind(1, key.Digest).Run();

    public void AddSettled(StorageKey key, RecordRow row)
    {
        _addAnswer
            .Bind(1, key.Digest)
            .Bind(2, row.Fingerprint.Digest)
            .Bind(4, row.Fence)
            .Bind(5, row.CreatedAt)
            .Bind(6, row.Destination)
            .Bind(7, row.Content.Span);
        BindOwner(_addAnswer, 3, row.Owner).Run();
        _addAnswer.Forget();
        _addSettled.Bind(1, Prefix(key)).Bind(2, row.ExpiresAt).Run();
    }

    public void RemoveSettled(StorageKey key, RecordRow row)
    {
        _removeSettled.Bind(1, Prefix(key)).Bind(2, row.AnswerId).Run();
        _removeAnswer.Bind(1, row.AnswerId).Run();
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

    /// <summary>Keys are keyed hashes, so any eight bytes are evenly distributed. The whole key is compared in the row of <c>answers</c>.</summary>
    private static long Prefix(StorageKey key) => unchecked((long)key.Digest.A);

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
        AnswerId = row.Integer(9),
        IsInTable = true,
    };

    /// <summary>A settled record whose answer is missing is damage, and must not read as an empty answer.</summary>
    private static RecordState ReadState(SqliteStatement row) => (RecordState)row.Integer(0) switch
    {
        RecordState.Done when row.Integer(9) == 0 => throw SqliteFailure.Corrupt("a record's answer is missing"),
        RecordState.Claimed or RecordState.Sent or RecordState.Doubt or RecordState.Done => (RecordState)row.Integer(0),
        var unknown => throw SqliteFailure.Corrupt($"a record is in state {(int)unknown}"),
    };

    private static OwnerId? ReadOwner(SqliteStatement row) => row.Blob(2) switch
    {
        { IsEmpty: true } => null,
        { Length: OwnerId.SizeInBytes } bytes => OwnerId.From(bytes),
        _ => throw SqliteFailure.Corrupt("an owner has the wrong length"),
    };

    private static SqliteStatement BindOwner(SqliteStatement statement, int parameter, OwnerId? owner)
    {
        if (owner is not { } named)
            return statement.BindNull(parameter);
        Span<byte> bytes = stackalloc byte[OwnerId.SizeInBytes];
        named.Write(bytes);
        return statement.Bind(parameter, bytes);
    }
}
