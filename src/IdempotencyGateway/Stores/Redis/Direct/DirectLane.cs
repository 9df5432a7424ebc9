using System.Net.Sockets;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>
/// Keeps a <see cref="DirectConnection"/> to the current master, which it learns from the link. It never blocks: while there is no connection, one is being made in the background,
/// and callers use the client library instead. Not used with a Cluster, because only the library follows redirections.
/// </summary>
internal sealed class DirectLane : IDisposable
{
    /// <summary>The pause after a failed attempt to connect.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly RedisLink _link;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _lock = new();
    private DirectConnection? _connection;
    private Task _connecting = Task.CompletedTask;
    private int _generation;

    public DirectLane(RedisLink link, TimeProvider clock)
    {
        _link = link;
        _clock = clock;
        link.Restored += Reset;
    }

    /// <summary>Null when there is none at the moment; then one is being made.</summary>
    public DirectConnection? Connection
    {
        get
        {
            if (Volatile.Read(ref _connection) is { IsOver: false } connection)
                return connection;
            lock (_lock)
            {
                if (_connecting.IsCompleted && !_closed.IsCancellationRequested)
                    _connecting = Task.Run(ConnectAsync);
            }
            return null;
        }
    }

    /// <summary>Connects in advance, for the first request. Failing to does no harm.</summary>
    public async Task OpenAsync()
    {
        if (_link.Masters.Any(master => master.ServerType == ServerType.Cluster))
            Dispose();
        else if (Connection is null)
            await _connecting;
    }

    /// <summary>The server may not be the master any more: retires the connection, and the next one goes to the master of then. Commands under way may still get their replies.</summary>
    public void Reset() => Take()?.Retire();

    public void Dispose()
    {
        _closed.Cancel();
        Take()?.Dispose();
    }

    private DirectConnection? Take()
    {
        lock (_lock)
        {
            _generation++;
            var old = _connection;
            _connection = null;
            return old;
        }
    }

    private async Task ConnectAsync()
    {
        try
        {
            var generation = Volatile.Read(ref _generation);
            if (_link.Masters.FirstOrDefault() is { } master && TryTake(await OpenAsync(master), generation))
                return;
        }
        catch (Exception e) when (e is StoreUnavailableException or RedisException or SocketException or IOException or TimeoutException or ObjectDisposedException)
        {
            // Callers use the library's connection meanwhile, which reports what is wrong.
        }
        await Task.Delay(Pause, _clock, _closed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<DirectConnection> OpenAsync(IServer master)
    {
        var stream = await RedisHandshake.OpenAsync(_link.Connecting.AddressBehind(master.EndPoint), _link.Connecting, _clock);
        var connection = new DirectConnection(stream, _link.Options.OperationTimeout, _clock);
        if (_link.Options.Database == 0)
            return connection;
        if (connection.TrySend(default, Words.Select, CommandWriter.Number(_link.Options.Database)) is { } selecting && !(await selecting).IsError)
            return connection;
        connection.Dispose();
        throw new IOException("the database was not selected");
    }

    private bool TryTake(DirectConnection connection, int generation)
    {
        lock (_lock)
        {
            if (generation == _generation && !_closed.IsCancellationRequested)
            {
                _connection = connection;
                return true;
            }
        }
        connection.Dispose();
        return false;
    }
}
