using System.Collections.Concurrent;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// What other processes did, heard on one channel. One is enough, because the scripts publish only what somebody was told to wait for, and what an
/// operator overruled: on a normal day next to nothing. A Cluster carries a message to all of its nodes, wherever each process listens.
/// </summary>
internal sealed class RedisSignals(RedisNames names, TimeProvider clock) : IRecordSignals
{
    private const byte OverruledKind = (byte)'o';

    private readonly ConcurrentDictionary<StorageKey, WaitingRoom> _waiting = new();
    private readonly Lock _hearersLock = new();
    private volatile Action<StorageKey>[] _hearers = [];

    /// <summary>Keys that somebody waits for.</summary>
    internal int WaitedFor => _waiting.Count;

    public Task SubscribeAsync(ConnectionMultiplexer connection) =>
        connection.GetSubscriber().SubscribeAsync(names.Channel, (_, message) => Hear(message));

    public IDisposable OnOverruled(Action<StorageKey> hear)
    {
        lock (_hearersLock)
            _hearers = [.. _hearers, hear];
        return new Subscription(this, hear);
    }

    public async Task WaitForEndAsync(StorageKey key, TimeSpan atMost, CancellationToken cancellation)
    {
        var room = Enter(key);
        try
        {
            await room.Ended.WaitAsync(atMost, clock, cancellation);
        }
        catch (TimeoutException)
        {
            // The message was lost, or there was nothing to tell: the caller asks the store.
        }
        finally
        {
            Leave(key, room);
        }
    }

    /// <summary>The connection was away, and messages with it: everybody asks the store.</summary>
    public void WakeAll()
    {
        foreach (var room in _waiting)
            End(room.Key);
    }

    private void Hear(byte[] message)
    {
        if (!RedisNames.TryRead(message, out var key))
            return;
        End(key);
        if (message[^1] != OverruledKind)
            return;
        foreach (var hear in _hearers)
            hear(key);
    }

    /// <summary>Who comes after this waits for the next end.</summary>
    private void End(StorageKey key)
    {
        if (_waiting.TryRemove(key, out var room))
            room.End();
    }

    private WaitingRoom Enter(StorageKey key)
    {
        while (true)
        {
            var room = _waiting.GetOrAdd(key, static _ => new());
            if (room.TryEnter())
                return room;
        }
    }

    private void Leave(StorageKey key, WaitingRoom room)
    {
        if (room.Leave())
            _waiting.TryRemove(new KeyValuePair<StorageKey, WaitingRoom>(key, room));
    }

    private void Remove(Action<StorageKey> hear)
    {
        lock (_hearersLock)
        {
            var index = Array.IndexOf(_hearers, hear);
            if (index >= 0)
                _hearers = [.. _hearers[..index], .. _hearers[(index + 1)..]];
        }
    }

    /// <summary>Those who wait for one record. The last to leave closes it, and a newcomer opens another.</summary>
    private sealed class WaitingRoom
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock _lock = new();
        private int _present;
        private bool _closed;

        public Task Ended => _ended.Task;

        public void End() => _ended.TrySetResult();

        public bool TryEnter()
        {
            lock (_lock)
            {
                if (_closed || _ended.Task.IsCompleted)
                    return false;
                _present++;
                return true;
            }
        }

        /// <returns>Whether it is closed now.</returns>
        public bool Leave()
        {
            lock (_lock)
                return _closed = --_present == 0;
        }
    }

    private sealed class Subscription(RedisSignals signals, Action<StorageKey> hear) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
                signals.Remove(hear);
        }
    }
}
