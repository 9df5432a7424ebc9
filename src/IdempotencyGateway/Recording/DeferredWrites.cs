using System.Collections.Concurrent;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Recording;

/// <summary>
/// Writes that failed because the store was unavailable. Each is retried with exponential back-off, by the same owner, until it succeeds, because a lost write may lose the provider's
/// answer. Bounded: a write beyond the limit is dropped, and its record comes into doubt when its lease lapses.
/// </summary>
public sealed partial class DeferredWrites(Telemetry.GatewayMetrics metrics, TimeProvider clock, ILogger<DeferredWrites> logger) : IHostedService, IDisposable
{
    private const int Limit = 10_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>How long shutdown still waits for these writes when the grace period is used up.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Task, DeferredEnd> _underWay = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _stopped = new();

    public int Count => _underWay.Count;

    public int CountOf(DeferredEnd end) => _underWay.Values.Count(waiting => waiting == end);

    /// <param name="write">Retried until it returns; must be idempotent for its owner.</param>
    /// <param name="finished">Called once, when the write is done or dropped.</param>
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

    /// <summary>Retries at once, and waits for the writes until the grace period and the reserve are over.</summary>
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
                    // Logged once, when the write was deferred. The store's health shows the rest.
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

    [LoggerMessage(Telemetry.EventIds.WriteDeferred, LogLevel.Warning, "The store could not take the outcome of record {StorageKey}; retrying in the background")]
    private static partial void LogDeferred(ILogger logger, string storageKey);

    [LoggerMessage(Telemetry.EventIds.DeferredWriteDone, LogLevel.Information, "The deferred write of record {StorageKey} is done ({Result})")]
    private static partial void LogDone(ILogger logger, string storageKey, TransitionResult result);

    [LoggerMessage(Telemetry.EventIds.DeferredWriteDropped, LogLevel.Error, "The deferred write of record {StorageKey} was given up (shutdown, more than {Limit} pending, or an unexpected failure): the record will be in doubt")]
    private static partial void LogDropped(ILogger logger, Exception? exception, string storageKey, int limit);
}
