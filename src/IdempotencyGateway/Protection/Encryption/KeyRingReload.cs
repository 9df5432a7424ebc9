using IdempotencyGateway.Configuration.Reload;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>Puts a changed key ring in force while the gateway runs. One that cannot be read changes nothing, and is logged.</summary>
internal sealed partial class KeyRingReload(
    KeyRingSource ring, WatchedRing watched, Telemetry.GatewayMetrics metrics, TimeProvider clock, ILogger<KeyRingReload> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var watch = new FileWatch(clock);
        // From nothing, so that a change between the start and now is seen too.
        watch.Arm([new(watched.Path, Digest: "")]);
        while (true)
        {
            await watch.ChangedAsync(stoppingToken);
            watch.ArmAsTheyAre();
            Reload();
        }
    }

    private void Reload()
    {
        var before = ring.Current;
        try
        {
            var next = watched.Read();
            if (next.Active.Id == before.Active.Id && next.Keys.Select(key => key.Id).ToHashSet().SetEquals(before.Keys.Select(key => key.Id)))
                return;
            ring.Replace(next);
            metrics.KeyRingTaken();
            LogTaken(logger, next.Keys.Count, next.Active.Name);
        }
        catch (KeyRingException e)
        {
            metrics.KeyRingRejected();
            LogRefused(logger, before.Active.Name, e.Message);
        }
    }

    [LoggerMessage(Telemetry.EventIds.KeyRingTaken, LogLevel.Information, "The key ring is in force with {Keys} keys; new records are sealed under {Active}")]
    private static partial void LogTaken(ILogger logger, int keys, string active);

    [LoggerMessage(Telemetry.EventIds.KeyRingRefused, LogLevel.Error, "The key ring was changed and cannot be used; the old one stays, {Active} is active: {Problem}")]
    private static partial void LogRefused(ILogger logger, string active, string problem);
}
