using IdempotencyGateway.Configuration.Reload;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>Watches the key ring's file and puts a changed ring in force while the gateway runs. A ring that cannot be used is logged, and the current one stays.</summary>
internal sealed partial class KeyRingReload(
    KeyRingSource ring, WatchedRing watched, Telemetry.GatewayMetrics metrics, TimeProvider clock, ILogger<KeyRingReload> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var watch = new FileWatch(clock);
        // An empty digest differs from any file, so a change between the start and now is noticed, too.
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

    [LoggerMessage(Telemetry.EventIds.KeyRingRefused, LogLevel.Error, "The changed key ring cannot be used; the previous one stays in force, with {Active} as its active key: {Problem}")]
    private static partial void LogRefused(ILogger logger, string active, string problem);
}
