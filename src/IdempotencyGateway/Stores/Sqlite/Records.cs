using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Sqlite;

/// <summary>
/// All records, as the operations see them: the tables, and before them in memory what is under way. Most records are claimed and answered before the transaction is committed;
/// those never touch the table of unsettled ones. The redo log has them meanwhile.
/// <para>Invariant: a record in memory is as it is, whatever its table still says. Only whoever has the writer's turn uses it.</para>
/// </summary>
internal sealed class Records(RecordTable table)
{
    private readonly Dictionary<StorageKey, RecordRow> _underWay = [];
    private readonly List<(StorageKey Key, RecordRow? Before)> _undo = [];

    /// <summary>The row as it is now, expired or not.</summary>
    public RecordRow? Find(StorageKey key) => _underWay.GetValueOrDefault(key) ?? table.Find(key);

    /// <param name="stored">What <see cref="Find"/> said.</param>
    /// <param name="next">Null when there shall be none.</param>
    public void Replace(StorageKey key, RecordRow? stored, RecordRow? next)
    {
        if (stored is { IsSettled: true })
            table.RemoveSettled(key, stored);
        var isInTable = stored is { IsSettled: false, IsInTable: true };
        if (next is { IsSettled: false })
        {
            // The bytes are the caller's, and this outlives the call.
            Set(key, next.Content.IsEmpty && next.IsInTable == isInTable ? next : next with { Content = next.Content.ToArray(), IsInTable = isInTable });
            return;
        }
        Set(key, null);
        if (isInTable)
            table.RemoveUnsettled(key);
        if (next is not null)
            table.AddSettled(key, next);
    }

    public long CountDoubts(StoreTime now)
    {
        WriteDown();
        return table.CountDoubts(now);
    }

    public DoubtPage ListDoubts(int limit, StoreTime now)
    {
        WriteDown();
        return table.ListDoubts(limit, now);
    }

    /// <summary>What is under way into its table, before that is read or committed.</summary>
    public void WriteDown()
    {
        foreach (var (key, row) in _underWay)
        {
            table.PutUnsettled(key, row);
            _undo.Add((key, row));
        }
        _underWay.Clear();
    }

    /// <summary>A group begins: what it does can be undone up to here.</summary>
    public void Save() => _undo.Clear();

    /// <summary>As it was at <see cref="Save"/>, in memory; the tables are the transaction's.</summary>
    public void Undo()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
            Put(_undo[i].Key, _undo[i].Before);
        _undo.Clear();
    }

    /// <summary>The transaction is lost, and with it what it knew of; the redo log tells it again.</summary>
    public void Forget()
    {
        _underWay.Clear();
        _undo.Clear();
    }

    private void Set(StorageKey key, RecordRow? row)
    {
        _undo.Add((key, _underWay.GetValueOrDefault(key)));
        Put(key, row);
    }

    private void Put(StorageKey key, RecordRow? row)
    {
        if (row is null)
            _underWay.Remove(key);
        else
            _underWay[key] = row;
    }
}
