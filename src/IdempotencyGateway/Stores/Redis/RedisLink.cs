using System.Net;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// The connection to whichever server is the master now. The client library reconnects by itself, backing off, for as long as it takes; what it does not know
/// is Sentinel, so on a failover the link is pointed at the new master.
/// </summary>
internal sealed class RedisLink : IAsyncDisposable
{
    private readonly RedisConnecting _connecting;
    private readonly TimeProvider _clock;
    private readonly SentinelWatch? _sentinel;
    private volatile Line _line;
    private int _lookingAgain;

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

    /// <summary>A connection was made, the first one excepted: what was published meanwhile was missed.</summary>
    public Action? Restored { get; set; }

    /// <summary>The link becomes another connection; the old one is closed afterwards. Each has the time of one operation: the library itself may wait for ever.</summary>
    public List<Func<ConnectionMultiplexer, Task>> Replacing { get; } = [];

    public RedisSnapshot Options => _connecting.Options;

    public RedisConnecting Connecting => _connecting;

    public RedisNames Names { get; }

    public ConnectionMultiplexer Connection => _line.Connection;

    public IDatabase Database => _line.Database;

    /// <summary>What it connects to, for messages.</summary>
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

    /// <summary>The server is not the one it was thought to be: look again who is the master. Returns at once.</summary>
    public void LookAgain()
    {
        if (_sentinel is not null)
            _sentinel.Nudge();
        else if (Interlocked.Exchange(ref _lookingAgain, 1) == 0)
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
        var connection = await connecting.ConnectAsync(endpoints.Select(connecting.DoorTo));
        return new(connection, connection.GetDatabase(), string.Join(", ", endpoints.Select(RedisConnecting.ToAddress)), master);
    }

    /// <summary>One node that answers is enough to find the others; when none does, the first one's reason is reported.</summary>
    private static async Task EnsureReachedAsync(Line line, RedisConnecting connecting, TimeProvider clock)
    {
        StoreUnavailableException? reason = null;
        foreach (var endpoint in line.Connection.GetEndPoints(configuredOnly: true))
        {
            try
            {
                await FirstLook.CheckAsync(connecting.AddressBehind(endpoint), connecting, clock);
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
            // The new master is not there yet. The next round tries again, with a connection of its own.
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
            // Not oftener than this, however many operations fail meanwhile.
            await Task.Delay(TimeSpan.FromSeconds(1), _clock);
        }
        catch (Exception e) when (e is RedisException or ObjectDisposedException or TimeoutException)
        {
            // The next failing operation asks again.
        }
        finally
        {
            Volatile.Write(ref _lookingAgain, 0);
        }
    }

    private sealed record Line(ConnectionMultiplexer Connection, IDatabase Database, string Where, EndPoint? Master);
}
