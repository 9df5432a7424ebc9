using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// Which records are about whom: one row each, named by the subject and then the record and its caller, so that a subject's rows lie together. Only whoever has the writer's turn uses it.
/// </summary>
internal sealed class SubjectTable(SqliteDatabase database)
{
    private readonly SqliteStatement _note = database.Prepare(
        "INSERT INTO subjects (entry, expires) VALUES (?1, ?2) ON CONFLICT (entry) DO UPDATE SET expires = max(expires, excluded.expires)");

    private readonly SqliteStatement _find = database.Prepare("SELECT entry FROM subjects WHERE entry >= ?1 AND entry <= ?2 AND expires > ?3");

    public void Note(SubjectKey subject, SubjectEntry entry, long expires) =>
        _note.Bind(1, (byte[])[.. subject.Digest.ToArray(), .. entry.ToArray()]).Bind(2, expires).Run();

    public IReadOnlyList<SubjectEntry> Find(SubjectKey subject, StoreTime now)
    {
        var found = new List<SubjectEntry>();
        byte[] first = [.. subject.Digest.ToArray(), .. Enumerable.Repeat(byte.MinValue, SubjectEntry.SizeInBytes)];
        byte[] last = [.. subject.Digest.ToArray(), .. Enumerable.Repeat(byte.MaxValue, SubjectEntry.SizeInBytes)];
        _find.Bind(1, first).Bind(2, last).Bind(3, now.Wall);
        try
        {
            while (_find.Step())
                found.Add(Read(_find.Blob(0)));
        }
        finally
        {
            _find.Reset();
        }
        return found;
    }

    private static SubjectEntry Read(ReadOnlySpan<byte> entry) => entry.Length == Digest256.SizeInBytes + SubjectEntry.SizeInBytes
        ? SubjectEntry.Read(entry[Digest256.SizeInBytes..])
        : throw SqliteFailure.Corrupt("a subject's entry has the wrong length");
}
