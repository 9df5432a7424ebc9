using System.Collections.Concurrent;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Recording;

/// <summary>
/// Writes that the store could not take when they were due. The provider has answered, so nothing here may be lost lightly: each is repeated, by the same owner,
/// until the store takes it. Bounded; what does not fit is left to the lease, after which the record is in doubt, as it truly is.
/// </summary>
public sealed partial class DeferredWrites(Telemetry.GatewayMetrics metrics, TimeProvider clock, ILogger<DeferredWrites> logger) : IHostedService, IDisposable
{
    private const int Limit = 10_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Kept for these writes at shutdown when something else has used up the grace time.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Task, DeferredEnd> _underWay = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _stopped = new();

    public int Count => _underWay.Count;

    public int CountOf(DeferredEnd end) => _underWay.Values.Count(waiting => waiting == end);

    /// <param name="write">Repeated until it returns; idempotent for its owner.</param>
    /// <param name="finished">Called once when the write is done, or given up.</param>
    public void Add(StorageKey key, DeferredEnd end, Func<CancellationToken, ValueTask<TransitionResult>> write, Action finished)
    {
        if (_underWay.Count >= Limit)
        {
            Drop(key, end);
            finished();
            return;
        }
        metrics.WriteDeferred(end);
        LogDeferred(logger, key.ToString());
        var task = RepeatAsync(key, end, write, finished);
        _underWay.TryAdd(task, end);
        _ = task.ContinueWith(done => _underWay.TryRemove(done, out _), TaskScheduler.Default);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Tries at once, and goes on until the grace time and the reserve are over.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _hurry.CancelAsync();
        var all = Task.WhenAll(_underWay.Keys);
        await all.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await all.WaitAsync(Reserve, clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopped.CancelAsync();
    }

    public void Dispose()
    {
        _hurry.Dispose();
        _stopped.Dispose();
    }

    private async Task RepeatAsync(StorageKey key, DeferredEnd end, Func<CancellationToken, ValueTask<TransitionResult>> write, Action finished)
    {
        try
        {
            for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                await PauseAsync(pause);
                try
                {
                    LogDone(logger, key.ToString(), await write(_stopped.Token));
                    metrics.DeferredWriteDone(end);
                    return;
                }
                catch (StoreUnavailableException)
                {
                    // Said once when it was deferred; the store's own health says the rest.
                }
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            Drop(key, end);
        }
        catch (Exception bug)
        {
            Drop(key, end, bug);
        }
        finally
        {
            finished();
        }
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        if (!_hurry.IsCancellationRequested)
            await Task.Delay(pause, clock, _hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        else
            await Task.Delay(FirstPause, clock, _stopped.Token);
    }

    private void Drop(StorageKey key, DeferredEnd end, Exception? bug = null)
    {
        metrics.DeferredWriteDropped(end);
        LogDropped(logger, bug, key.ToString(), Limit);
    }

    [LoggerMessage(Telemetry.EventIds.WriteDeferred, LogLevel.Warning, "The store could not take the end of record {StorageKey}; trying again in the background")]
    private static partial void LogDeferred(ILogger logger, string storageKey);

    [LoggerMessage(Telemetry.EventIds.DeferredWriteDone, LogLevel.Information, "The end of record {StorageKey} is written after all ({Result})")]
    private static partial void LogDone(ILogger logger, string storageKey, TransitionResult result);

    [LoggerMessage(Telemetry.EventIds.DeferredWriteDropped, LogLevel.Error, "The end of record {StorageKey} was given up (shutting down, more than {Limit} are waiting, or failed unexpectedly): it will be in doubt")]
    private static partial void LogDropped(ILogger logger, Exception? exception, string storageKey, int limit);
}
