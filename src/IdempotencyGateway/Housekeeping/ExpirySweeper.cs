using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Housekeeping;

/// <summary>
/// Deletes expired records from the store, in small steps with pauses so that requests are hardly delayed. Correctness does not depend on it: an expired record
/// counts as absent even before it is deleted.
/// </summary>
internal sealed partial class ExpirySweeper(IExpirySweep sweep, TimeProvider clock, ILogger<ExpirySweeper> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenSteps = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BetweenPasses = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = await StepAsync(stoppingToken);
            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimeSpan> StepAsync(CancellationToken cancellation)
    {
        try
        {
            var step = await sweep.SweepAsync(cancellation);
            return step.PassEnded ? BetweenPasses : BetweenSteps;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (Exception e)
        {
            LogSweepFailed(logger, e);
            return BetweenPasses;
        }
    }

    [LoggerMessage(Telemetry.EventIds.SweepFailed, LogLevel.Warning, "Expired records could not be deleted; trying again in a minute")]
    private static partial void LogSweepFailed(ILogger logger, Exception exception);
}
