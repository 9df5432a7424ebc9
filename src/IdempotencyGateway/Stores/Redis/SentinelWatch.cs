using System.Net;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// Follows the master that the Sentinels name: asks them when they announce a switch, when the connection fails, and every second. The client library in use
/// has Sentinel's commands, but does not follow a failover.
/// </summary>
internal sealed class SentinelWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConnectionMultiplexer _connection;
    private readonly RedisSentinelSnapshot _options;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _stopped = new();
    private readonly SemaphoreSlim _nudge = new(0);
    private Task _watching = Task.CompletedTask;

    private SentinelWatch(ConnectionMultiplexer connection, RedisSentinelSnapshot options, TimeSpan patience, TimeProvider clock)
    {
        _connection = connection;
        _options = options;
        _patience = patience;
        _clock = clock;
    }

    public static async Task<SentinelWatch> OpenAsync(RedisSentinelSnapshot options, RedisConnecting connecting, TimeProvider clock)
    {
        var connection = await connecting.ConnectToSentinelsAsync(options.Endpoints.Select(RedisConnecting.ToEndPoint));
        var watch = new SentinelWatch(connection, options, connecting.Options.OperationTimeout, clock);
        try
        {
            await connection.GetSubscriber().SubscribeAsync("+switch-master", (_, _) => watch.Nudge()).WaitAsync(watch._patience, clock);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // No Sentinel can be reached yet. AskAsync will report that.
        }
        return watch;
    }

    /// <summary>The master that most of the answering Sentinels name.</summary>
    /// <exception cref="StoreUnavailableException">No Sentinel names one.</exception>
    public async Task<EndPoint> AskAsync()
    {
        var answers = await Task.WhenAll(_connection.GetEndPoints(configuredOnly: true).Select(AskOneAsync));
        return answers.OfType<EndPoint>().GroupBy(master => master).MaxBy(votes => votes.Count())?.Key ?? throw new StoreUnavailableException(
            StoreFailure.Unreachable,
            $"no Sentinel at {string.Join(", ", _options.Endpoints)} names a master for \"{_options.Service}\"; check Store:Redis:Sentinel, and that they run");
    }

    /// <param name="current">The master that the link is connected to.</param>
    /// <param name="point">Connects the link to another one.</param>
    public void Start(EndPoint current, Func<EndPoint, Task> point) => _watching = WatchAsync(current, point);

    public void Nudge()
    {
        try
        {
            if (_nudge.CurrentCount == 0)
                _nudge.Release();
        }
        catch (ObjectDisposedException)
        {
            // The watch is being closed.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _connection.CloseAsync(allowCommandsToComplete: false);
        _nudge.Dispose();
        _stopped.Dispose();
    }

    private async Task<EndPoint?> AskOneAsync(EndPoint sentinel)
    {
        try
        {
            return await _connection.GetServer(sentinel).SentinelGetMasterAddressByNameAsync(_options.Service).WaitAsync(_patience, _clock);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever the reason, the other Sentinels may answer.
            return null;
        }
    }

    private async Task WatchAsync(EndPoint current, Func<EndPoint, Task> point)
    {
        while (!_stopped.IsCancellationRequested)
        {
            await WaitAsync();
            try
            {
                var master = await AskAsync();
                if (master.Equals(current))
                    continue;
                await point(master);
                current = master;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The Sentinels do not know the new master yet, or cannot be reached. The next round asks again: this loop must survive every outage.
            }
        }
    }

    private async Task WaitAsync()
    {
        using var interval = new CancellationTokenSource(Interval, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(interval.Token, _stopped.Token);
        await _nudge.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A failed connection causes a burst of nudges; one round serves them all.
        await Task.Delay(TimeSpan.FromMilliseconds(50), _clock, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
