using System.Net;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// The connection to the current master. The client library reconnects by itself, with back-off, for as long as it takes. It does not support Sentinel, so after a
/// failover this class replaces the connection with one to the new master.
/// </summary>
internal sealed class RedisLink : IAsyncDisposable
{
    private readonly RedisConnecting _connecting;
    private readonly TimeProvider _clock;
    private readonly SentinelWatch? _sentinel;
    private volatile Line _line;
    private int _refreshing;

    private RedisLink(RedisConnecting connecting, TimeProvider clock, SentinelWatch? sentinel, Line line)
    {
        _connecting = connecting;
        Names = new(connecting.Options.KeyPrefix);
        _clock = clock;
        _sentinel = sentinel;
        _line = line;
        Listen(line.Connection);
        sentinel?.Start(line.Master!, PointAtAsync);
    }

    /// <summary>Called when a connection was made again or replaced: messages published meanwhile were missed.</summary>
    public Action? Restored { get; set; }

    /// <summary>Called with a new connection before it replaces the old one. Each call may take as long as one operation, because the library itself may wait for ever.</summary>
    public List<Func<ConnectionMultiplexer, Task>> Replacing { get; } = [];

    public RedisSnapshot Options => _connecting.Options;

    public RedisConnecting Connecting => _connecting;

    public RedisNames Names { get; }

    public ConnectionMultiplexer Connection => _line.Connection;

    public IDatabase Database => _line.Database;

    /// <summary>The servers' addresses, for error messages.</summary>
    public string Where => _line.Where;

    /// <exception cref="StoreUnavailableException">The message says what to change.</exception>
    public static async Task<RedisLink> OpenAsync(RedisConnecting connecting, TimeProvider clock)
    {
        var sentinel = connecting.Options.Sentinel is { } watched ? await SentinelWatch.OpenAsync(watched, connecting, clock) : null;
        try
        {
            var master = sentinel is null ? null : await sentinel.AskAsync();
            var line = await ConnectAsync(master, connecting);
            try
            {
                await EnsureReachedAsync(line, connecting, clock);
                return new(connecting, clock, sentinel, line);
            }
            catch
            {
                await line.Connection.CloseAsync();
                throw;
            }
        }
        catch
        {
            if (sentinel is not null)
                await sentinel.DisposeAsync();
            throw;
        }
    }

    /// <summary>Looks up the master again, in the background: a reply showed that the server is not the master.</summary>
    public void RefreshTopology()
    {
        if (_sentinel is not null)
            _sentinel.Nudge();
        else if (Interlocked.Exchange(ref _refreshing, 1) == 0)
            _ = ReconfigureAsync();
    }

    public IEnumerable<IServer> Masters => Connection.GetEndPoints().Select(endpoint => Connection.GetServer(endpoint)).Where(server => server is { IsConnected: true, IsSlave: false });

    public async ValueTask DisposeAsync()
    {
        if (_sentinel is not null)
            await _sentinel.DisposeAsync();
        await Connection.CloseAsync(allowCommandsToComplete: false);
        _connecting.Dispose();
    }

    private static async Task<Line> ConnectAsync(EndPoint? master, RedisConnecting connecting)
    {
        var endpoints = master is null ? connecting.Options.Endpoints.Select(RedisConnecting.ToEndPoint).ToArray() : [master];
        var connection = await connecting.ConnectAsync(endpoints.Select(connecting.ViaRelay));
        return new(connection, connection.GetDatabase(), string.Join(", ", endpoints.Select(RedisConnecting.ToAddress)), master);
    }

    /// <summary>One node that answers is enough to find the others. When none does, the first one's error is reported.</summary>
    private static async Task EnsureReachedAsync(Line line, RedisConnecting connecting, TimeProvider clock)
    {
        StoreUnavailableException? reason = null;
        foreach (var endpoint in line.Connection.GetEndPoints(configuredOnly: true))
        {
            try
            {
                await RedisHandshake.CheckAsync(connecting.AddressBehind(endpoint), connecting, clock);
                reason = null;
                break;
            }
            catch (StoreUnavailableException e)
            {
                reason ??= e;
            }
        }
        if (reason is not null)
            throw reason;
        if (!line.Connection.IsConnected)
            throw new StoreUnavailableException(StoreFailure.Unreachable, $"Redis at {line.Where} answers, but no connection stays open; look at its log");
    }

    private void Listen(ConnectionMultiplexer connection)
    {
        connection.ConnectionFailed += (_, _) => _sentinel?.Nudge();
        connection.ConnectionRestored += (_, _) => Restored?.Invoke();
    }

    private async Task PointAtAsync(EndPoint master)
    {
        var old = _line;
        var line = await ConnectAsync(master, _connecting);
        try
        {
            foreach (var prepare in Replacing)
                await prepare(line.Connection).WaitAsync(Options.OperationTimeout, _clock);
        }
        catch
        {
            // The new master is not ready yet. The next round tries again with a new connection.
            await line.Connection.CloseAsync(allowCommandsToComplete: false);
            throw;
        }
        Listen(line.Connection);
        _line = line;
        Restored?.Invoke();
        await old.Connection.CloseAsync(allowCommandsToComplete: false);
    }

    private async Task ReconfigureAsync()
    {
        try
        {
            await Connection.ConfigureAsync().WaitAsync(Options.OperationTimeout, _clock);
            // At most once a second, however many operations fail meanwhile.
            await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException or TimeoutException)
        {
            // The next failing operation starts another attempt.
        }
        finally
        {
            Volatile.Write(ref _refreshing, 0);
        }
    }

    private sealed record Line(ConnectionMultiplexer Connection, IDatabase Database, string Where, EndPoint? Master);
}
