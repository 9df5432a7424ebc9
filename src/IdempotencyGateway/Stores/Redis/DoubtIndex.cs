using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis.Direct;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// An index for finding doubts among millions of records: the storage keys of records that were sent and are not done, each with the time from which it is doubtful (the
/// lease's end by the gateway's clock). It is only a hint: each candidate's record is read before it is reported, and a record that is not in the index may be in doubt as well.
/// <para>
/// Its writes are not awaited, and requests that arrive together share one command. An entry is added after the permission was granted, at about the time when the request is sent.
/// So only a process killed in between leaves a doubt that is not in the index; its next retry finds it. Entries of settled records are removed in batches, the rest by the next reading.
/// </para>
/// </summary>
internal sealed class DoubtIndex(RedisLink link, DirectLane lane, Func<StorageKey, CancellationToken, ValueTask<StoredRecord?>> find, TimeProvider clock) : IThreadPoolWorkItem
{
    /// <summary>How many settled entries one command removes, and how many records are read at once.</summary>
    private const int BatchSize = 64;

    /// <summary>At most this many candidates are read. An outage that leaves more doubts shows in other ways.</summary>
    private const int MaximumRead = 10_000;

    private readonly RedisKey[] _parts = link.Names.Doubts;
    private readonly RedisKey _own = link.Names.Doubts[RandomNumberGenerator.GetInt32(link.Names.Doubts.Length)];
    private readonly Lock _lock = new();
    private readonly List<(byte[] Key, long Until)> _added = [];
    private readonly List<(StorageKey Key, DateTimeOffset Until)> _settled = new(BatchSize);

    /// <summary>The record was sent, or its lease was extended.</summary>
    public void Sent(StorageKey key, TimeSpan lease) => Add(key, clock.GetUtcNow() + lease);

    public void Doubted(StorageKey key) => Add(key, clock.GetUtcNow());

    /// <param name="retention">Counted from now. Afterwards the key may belong to a new request, whose entry must not be removed, so the entry is left to the next reading.</param>
    public void Settled(StorageKey key, TimeSpan retention)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            _settled.Add((key, now + retention));
            if (_settled.Count < BatchSize)
                return;
            WriteAdded();
            Remove(_own, _settled.Where(name => now < name.Until).Select(name => name.Key));
            _settled.Clear();
        }
    }

    /// <summary>The key may be claimed again at any moment, so its entry is removed at once, not in a batch.</summary>
    public void Freed(StorageKey key)
    {
        lock (_lock)
        {
            WriteAdded();
            Remove(_own, [key]);
        }
    }

    /// <summary>All doubts in the index, the oldest first.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer in time: each command has its own time limit, and so has the whole reading.</exception>
    public async Task<IReadOnlyList<DoubtedRecord>> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return await ReadAllAsync(cancellation).WaitAsync(link.Options.OperationTimeout + link.Options.DurableTimeout, clock, cancellation);
        }
        catch (TimeoutException late)
        {
            throw late.ToUnavailable(link.Where);
        }
    }

    private async Task<IReadOnlyList<DoubtedRecord>> ReadAllAsync(CancellationToken cancellation)
    {
        var doubts = new Dictionary<StorageKey, DoubtedRecord>();
        var left = MaximumRead;
        foreach (var (part, named) in _parts.Zip(await CandidatesAsync(cancellation)))
        {
            foreach (var group in named.Take(left).Chunk(BatchSize))
            {
                // Sent together, so that the commands share round trips.
                var records = await Task.WhenAll(Array.ConvertAll(group, key => find(key, cancellation).AsTask()));
                var settled = new List<StorageKey>();
                for (var i = 0; i < group.Length; i++)
                {
                    if (records[i] is { IsDoubtful: true } record)
                        doubts[group[i]] = new(group[i], record);
                    else if (records[i] is null or { State: RecordState.Done })
                        settled.Add(group[i]);
                }
                // Before the next batch is read: a free key may be claimed again at any moment.
                Remove(part, settled);
            }
            left -= Math.Min(left, named.Length);
        }
        return [.. doubts.Values.OrderBy(doubt => doubt.Record.CreatedAt)];
    }

    /// <summary>Writes the entries that were added since the last write.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        lock (_lock)
            WriteAdded();
    }

    private async Task<StorageKey[][]> CandidatesAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            var parts = await Task.WhenAll(Array.ConvertAll(_parts, name => link.Database.SortedSetRangeByScoreAsync(name, stop: now, take: MaximumRead)))
                .WaitAsync(link.Options.OperationTimeout, clock, cancellation);
            return Array.ConvertAll(parts, part => Array.ConvertAll(part, member => new StorageKey(Digest256.Read((byte[])member))));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw e.ToUnavailable(link.Where);
        }
    }

    private void Add(StorageKey key, DateTimeOffset doubtfulFrom)
    {
        lock (_lock)
        {
            _added.Add((key.Digest.ToArray(), doubtfulFrom.ToUnixTimeMilliseconds()));
            if (_added.Count > 1)
                return;
        }
        // Queued behind the requests that are ready to run, so that their entries go with the same command.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void WriteAdded()
    {
        if (_added.Count == 0)
            return;
        var command = new List<ReadOnlyMemory<byte>>(2 + (2 * _added.Count)) { Words.AddScored, (byte[])_own };
        foreach (var (key, until) in _added)
        {
            command.Add(CommandWriter.Number(until));
            command.Add(key);
        }
        if (lane.Connection?.TrySend(default, CollectionsMarshal.AsSpan(command)) is null)
            FireAndForget(database => database.SortedSetAdd(_own, [.. _added.Select(name => new SortedSetEntry(name.Key, name.Until))], CommandFlags.FireAndForget));
        _added.Clear();
    }

    private void Remove(RedisKey part, IEnumerable<StorageKey> keys)
    {
        byte[][] members = [.. keys.Select(key => key.Digest.ToArray())];
        if (members.Length > 0 && lane.Connection?.TrySend(default, [Words.Remove, (byte[])part, .. members.Select(member => (ReadOnlyMemory<byte>)member)]) is null)
            FireAndForget(database => database.SortedSetRemove(part, [.. members.Select(member => (RedisValue)member)], CommandFlags.FireAndForget));
    }

    /// <summary>Sends through the client library, while there is no direct connection.</summary>
    private void FireAndForget(Action<IDatabase> hint)
    {
        try
        {
            hint(link.Database);
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException)
        {
            // There is no connection. No record depends on the index, which is only a hint.
        }
    }
}
