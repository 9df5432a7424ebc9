namespace IdempotencyGateway.Housekeeping;

/// <summary>
/// Counts exchanges between claim and record, and drains them at shutdown within the grace time. The server's own drain is not enough: an exchange outlives
/// its client, so Kestrel may have closed the connection while the exchange still runs.
/// </summary>
public sealed partial class ExchangesUnderWay(IHostApplicationLifetime lifetime, ILogger<ExchangesUnderWay> logger) : IHostedService
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private int _stopping;

    public int Count => Volatile.Read(ref _count);

    public bool Draining => lifetime.ApplicationStopping.IsCancellationRequested;

    public Entry Enter()
    {
        Interlocked.Increment(ref _count);
        return new Entry(this);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        LogDraining(logger, Count);
        Volatile.Write(ref _stopping, 1);
        SignalWhenDrained();
        await _drained.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Count is > 0 and var left)
            LogCutOff(logger, left);
    }

    private void Leave()
    {
        Interlocked.Decrement(ref _count);
        SignalWhenDrained();
    }

    private void SignalWhenDrained()
    {
        if (Volatile.Read(ref _stopping) == 1 && Count == 0)
            _drained.TrySetResult();
    }

    public readonly record struct Entry : IDisposable
    {
        private readonly ExchangesUnderWay _exchanges;

        internal Entry(ExchangesUnderWay exchanges) => _exchanges = exchanges;

        public void Dispose() => _exchanges.Leave();
    }

    [LoggerMessage(Telemetry.EventIds.Draining, LogLevel.Information, "Stopping: {Count} exchanges are still under way")]
    private static partial void LogDraining(ILogger logger, int count);

    [LoggerMessage(Telemetry.EventIds.CutOff, LogLevel.Warning, "{Count} exchanges have not ended within Shutdown.Grace and are cut off: their keys are in doubt")]
    private static partial void LogCutOff(ILogger logger, int count);
}
