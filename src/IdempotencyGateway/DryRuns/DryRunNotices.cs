using IdempotencyGateway.Configuration;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.DryRuns;

/// <summary>Logs at start and after each reload which routes are in a dry run, so that nobody believes they are guarded.</summary>
internal sealed partial class DryRunNotices(SnapshotSource snapshots, GatewayMetrics metrics, ILogger<DryRunNotices> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Tell();
        snapshots.OnReload(report =>
        {
            if (report.Applied)
                Tell();
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Tell()
    {
        foreach (var route in snapshots.Current.DryRuns.Values.OrderBy(route => route.RouteId, StringComparer.Ordinal))
        {
            metrics.ExpectDryRun(route.RouteId, DryRunOutcome.All.Select(outcome => outcome.Label));
            LogNotProtected(logger, route.RouteId, route.Policy.Name);
        }
    }

    [LoggerMessage(EventIds.NotProtected, LogLevel.Warning, "Route {RouteId} is NOT protected: policy {Policy} is in a dry run, which only counts what it would do. Every request is forwarded; nothing is recorded or erased")]
    private static partial void LogNotProtected(ILogger logger, string routeId, string policy);
}
