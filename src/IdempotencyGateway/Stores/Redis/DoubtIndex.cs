using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis.Direct;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// Where to look for doubts among millions of records: the storage keys of what was sent and is not done, each with the time from which on it is doubtful (the lease's
/// end by the gateway's clock). A hint and nothing more: what it names is read before anybody is told, what it does not name is in doubt all the same.
/// <para>
/// Nobody waits for its writes, and those of requests that arrive together share a command. A name is added after the permission and about when the request leaves, so only
/// a process killed in between leaves a doubt that is found by its next retry alone; names of settled records are taken out some at a time, and the rest when somebody looks.
/// </para>
/// </summary>
internal sealed class DoubtIndex(RedisLink link, DirectLane lane, Func<StorageKey, CancellationToken, ValueTask<StoredRecord?>> find, TimeProvider clock) : IThreadPoolWorkItem
{
    /// <summary>So many settled names are taken out with one command.</summary>
    private const int Together = 64;

    /// <summary>More doubts than this are not read one by one; an outage that leaves so many is known by other means.</summary>
    private const int MostRead = 10_000;

    private readonly RedisKey[] _parts = link.Names.Doubts;
    private readonly RedisKey _own = link.Names.Doubts[RandomNumberGenerator.GetInt32(link.Names.Doubts.Length)];
    private readonly Lock _lock = new();
    private readonly List<(byte[] Key, long Until)> _added = [];
    private readonly List<(StorageKey Key, DateTimeOffset Until)> _settled = new(Together);

    /// <summary>It was sent, or its lease was extended.</summary>
    public void Sent(StorageKey key, TimeSpan lease) => Add(key, clock.GetUtcNow() + lease);

    public void Doubted(StorageKey key) => Add(key, clock.GetUtcNow());

    /// <param name="retention">From now on. Afterwards the name may be that of another request, which nobody here may forget: it is left to whoever looks.</param>
    public void Settled(StorageKey key, TimeSpan retention)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            _settled.Add((key, now + retention));
            if (_settled.Count < Together)
                return;
            WriteAdded();
            Remove(_own, _settled.Where(name => now < name.Until).Select(name => name.Key));
            _settled.Clear();
        }
    }

    /// <summary>Its key may be claimed again at any moment, so this is not left for later.</summary>
    public void Freed(StorageKey key)
    {
        lock (_lock)
        {
            WriteAdded();
            Remove(_own, [key]);
        }
    }

    /// <summary>All doubts there are, the oldest first.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer, or not in time: each question has its own limit, and all of them together have this one.</exception>
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
        var left = MostRead;
        foreach (var (part, named) in _parts.Zip(await CandidatesAsync(cancellation)))
        {
            foreach (var group in named.Take(left).Chunk(Together))
            {
                // Asked together, so that they share the way to the server.
                var records = await Task.WhenAll(Array.ConvertAll(group, key => find(key, cancellation).AsTask()));
                var settled = new List<StorageKey>();
                for (var i = 0; i < group.Length; i++)
                {
                    if (records[i] is { IsDoubtful: true } record)
                        doubts[group[i]] = new(group[i], record);
                    else if (records[i] is null or { State: RecordState.Done })
                        settled.Add(group[i]);
                }
                // At once: a key that was free may be claimed again at any moment.
                Remove(part, settled);
            }
            left -= Math.Min(left, named.Length);
        }
        return [.. doubts.Values.OrderBy(doubt => doubt.Record.CreatedAt)];
    }

    /// <summary>Writes what was added meanwhile.</summary>
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
            var parts = await Task.WhenAll(Array.ConvertAll(_parts, name => link.Database.SortedSetRangeByScoreAsync(name, stop: now, take: MostRead)))
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
        // Behind the requests that are ready to go on, whose names then go along.
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
        SortedSetEntry[] entries = lane.Connection?.TryAsk(default, CollectionsMarshal.AsSpan(command)) is null ? [.. _added.Select(name => new SortedSetEntry(name.Key, name.Until))] : [];
        _added.Clear();
        if (entries.Length > 0)
            Tell(database => database.SortedSetAdd(_own, entries, CommandFlags.FireAndForget));
    }

    private void Remove(RedisKey part, IEnumerable<StorageKey> keys)
    {
        byte[][] members = [.. keys.Select(key => key.Digest.ToArray())];
        if (members.Length > 0 && lane.Connection?.TryAsk(default, [Words.Remove, (byte[])part, .. members.Select(member => (ReadOnlyMemory<byte>)member)]) is null)
            Tell(database => database.SortedSetRemove(part, [.. members.Select(member => (RedisValue)member)], CommandFlags.FireAndForget));
    }

    /// <summary>By the library, while the lane is away.</summary>
    private void Tell(Action<IDatabase> hint)
    {
        try
        {
            hint(link.Database);
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException)
        {
            // The connection is away or closed: nobody's record ended otherwise for that. What is not named is in doubt all the same.
        }
    }
}
