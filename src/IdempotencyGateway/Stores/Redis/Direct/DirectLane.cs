using System.Net.Sockets;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>
/// Keeps a <see cref="DirectConnection"/> to the master of now. It follows the link, which knows who that is, and never waits: where there is no connection at the moment,
/// one is being made, and whoever asks goes by the library's connection meanwhile. Not for a Cluster, whose redirections only the library follows.
/// </summary>
internal sealed class DirectLane : IDisposable
{
    /// <summary>Between one attempt that failed and the next.</summary>
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

    /// <summary>Null where there is none at the moment.</summary>
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

    /// <summary>So that the first request finds it open. Failing is no harm.</summary>
    public async Task OpenAsync()
    {
        if (_link.Masters.Any(master => master.ServerType == ServerType.Cluster))
            Dispose();
        else if (Connection is null)
            await _connecting;
    }

    /// <summary>The server may not be the one to ask any more: the next connection goes to whoever is the master then. What was asked already may still be answered.</summary>
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
            // The library's connection tells whoever asks what is wrong.
        }
        await Task.Delay(Pause, _clock, _closed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<DirectConnection> OpenAsync(IServer master)
    {
        var stream = await FirstLook.OpenAsync(_link.Connecting.AddressBehind(master.EndPoint), _link.Connecting, _clock);
        var connection = new DirectConnection(stream, _link.Options.OperationTimeout, _clock);
        if (_link.Options.Database == 0)
            return connection;
        if (connection.TryAsk(default, Words.Select, CommandWriter.Number(_link.Options.Database)) is { } selecting && !(await selecting).IsError)
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
