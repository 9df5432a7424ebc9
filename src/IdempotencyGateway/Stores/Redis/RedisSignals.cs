using System.Collections.Concurrent;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// Receives signals from other processes through one pub/sub channel. One is enough, because the scripts publish only the end of records that somebody was told to wait for, and what an
/// operator overruled, which is rare. A Cluster delivers a message to all of its nodes, so it does not matter to which one a process has subscribed.
/// </summary>
internal sealed class RedisSignals(RedisNames names, TimeProvider clock) : IRecordSignals
{
    private const byte OverruledKind = (byte)'o';

    private readonly ConcurrentDictionary<StorageKey, Waiters> _waiting = new();
    private readonly Lock _handlersLock = new();
    private volatile Action<StorageKey>[] _handlers = [];

    /// <summary>How many keys are waited for.</summary>
    internal int WaitedFor => _waiting.Count;

    public Task SubscribeAsync(ConnectionMultiplexer connection) =>
        connection.GetSubscriber().SubscribeAsync(names.Channel, (_, message) => Hear(message));

    public IDisposable OnOverruled(Action<StorageKey> hear)
    {
        lock (_handlersLock)
            _handlers = [.. _handlers, hear];
        return new Subscription(this, hear);
    }

    public async Task WaitForEndAsync(StorageKey key, TimeSpan atMost, CancellationToken cancellation)
    {
        var waiters = Enter(key);
        try
        {
            await waiters.Ended.WaitAsync(atMost, clock, cancellation);
        }
        catch (TimeoutException)
        {
            // The message was lost, or there was none: the caller polls the store.
        }
        finally
        {
            Leave(key, waiters);
        }
    }

    /// <summary>The connection was lost, and messages may have been missed, so every waiter polls the store.</summary>
    public void WakeAll()
    {
        foreach (var waiters in _waiting)
            End(waiters.Key);
    }

    private void Hear(byte[] message)
    {
        if (!RedisNames.TryRead(message, out var key))
            return;
        End(key);
        if (message[^1] != OverruledKind)
            return;
        foreach (var hear in _handlers)
            hear(key);
    }

    /// <summary>Wakes those who wait now. Later ones wait for the next signal.</summary>
    private void End(StorageKey key)
    {
        if (_waiting.TryRemove(key, out var waiters))
            waiters.End();
    }

    private Waiters Enter(StorageKey key)
    {
        while (true)
        {
            var waiters = _waiting.GetOrAdd(key, static _ => new());
            if (waiters.TryEnter())
                return waiters;
        }
    }

    private void Leave(StorageKey key, Waiters waiters)
    {
        if (waiters.Leave())
            _waiting.TryRemove(new KeyValuePair<StorageKey, Waiters>(key, waiters));
    }

    private void Remove(Action<StorageKey> hear)
    {
        lock (_handlersLock)
        {
            var index = Array.IndexOf(_handlers, hear);
            if (index >= 0)
                _handlers = [.. _handlers[..index], .. _handlers[(index + 1)..]];
        }
    }

    /// <summary>Those who wait for one record. The last to leave closes the instance, and the next waiter creates another.</summary>
    private sealed class Waiters
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

        /// <returns>True when this was the last, and the instance is closed.</returns>
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
