using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// The table of subjects: one row per member (<see cref="SubjectMember"/>). The primary key is the subject followed by the member, so that a subject's rows are one key range.
/// Only the holder of the writer's turn may use it.
/// </summary>
internal sealed class SubjectTable(SqliteDatabase database)
{
    private readonly SqliteStatement _put = database.Prepare(
        "INSERT INTO subjects (entry, expires) VALUES (?1, ?2) ON CONFLICT (entry) DO UPDATE SET expires = max(expires, excluded.expires)");

    private readonly SqliteStatement _remove = database.Prepare("DELETE FROM subjects WHERE entry = ?1");

    private readonly SqliteStatement _has = database.Prepare("SELECT 1 FROM subjects WHERE entry = ?1 AND expires > ?2");

    private readonly SqliteStatement _find = database.Prepare("SELECT entry, expires FROM subjects WHERE entry > ?1 AND entry <= ?2 AND expires > ?3");

    /// <summary>Never shortens how long a member is kept that is there already.</summary>
    public void Put(SubjectKey subject, ReadOnlySpan<byte> member, long expires) => _put.Bind(1, Name(subject, member)).Bind(2, expires).Run();

    public void Remove(SubjectKey subject, ReadOnlySpan<byte> member) => _remove.Bind(1, Name(subject, member)).Run();

    public bool Has(SubjectKey subject, ReadOnlySpan<byte> member, StoreTime now)
    {
        var has = _has.Bind(1, Name(subject, member)).Bind(2, now.Wall).Step();
        if (has)
            _has.Reset();
        return has;
    }

    public IReadOnlyList<(byte[] Member, long Expires)> Find(SubjectKey subject, StoreTime now)
    {
        var found = new List<(byte[] Member, long Expires)>();
        byte[] last = [.. subject.Digest.ToArray(), .. Enumerable.Repeat(byte.MaxValue, SubjectMember.LongestInBytes)];
        _find.Bind(1, subject.Digest).Bind(2, last).Bind(3, now.Wall);
        try
        {
            while (_find.Step())
                found.Add((_find.Blob(0)[Digest256.SizeInBytes..].ToArray(), _find.Integer(1)));
        }
        finally
        {
            _find.Reset();
        }
        return found;
    }

    private static byte[] Name(SubjectKey subject, ReadOnlySpan<byte> member) => [.. subject.Digest.ToArray(), .. member];
}
