using IdempotencyGateway.Configuration;
using IdempotencyGateway.Configuration.Reload;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Fraud.Sources;
using IdempotencyGateway.Tls;

namespace IdempotencyGateway.Hosting;

/// <summary>
/// Hot reload: watches the configuration files, reads and validates a change, and swaps the snapshot. An invalid configuration is logged, and the one in
/// force stays. Either way it continues to watch.
/// </summary>
internal sealed partial class ConfigurationReload(
    SnapshotSource snapshots, ProviderRoutes routes, SourceFiles files, CurrentTls tls, TimeProvider clock, ILogger<ConfigurationReload> logger) : BackgroundService
{
    /// <summary>The wait before an invalid configuration is read again: a file may be half written. Half of a JSON file is not valid, so a valid result is not read again.</summary>
    private static readonly TimeSpan WriteGrace = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (snapshots.Watched is not { } watched)
            return;
        using var watch = new FileWatch(clock);
        watch.Arm(watched.Files);
        while (true)
        {
            await watch.ChangedAsync(stoppingToken);
            try
            {
                await ReloadAsync(watched.Input, watch, stoppingToken);
            }
            catch (Exception bug) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, bug);
                watch.ArmAsTheyAre();
            }
        }
    }

    private async Task ReloadAsync(ConfigurationInput input, FileWatch watch, CancellationToken stopping)
    {
        var result = input.Load();
        if (result is SnapshotResult.Invalid)
        {
            await Task.Delay(WriteGrace, clock, stopping);
            result = input.Load();
        }
        // Certificates are renewed even if the configuration is invalid; otherwise the served one could expire before somebody corrects the configuration.
        var renewal = tls.Renew();
        Log(renewal);
        watch.Arm([.. result.Files, .. renewal.Files]);
        await ApplyOrRefuseAsync(result);
    }

    private void Log(TlsRenewal renewal)
    {
        switch (renewal)
        {
            case TlsRenewal.Unchanged:
                break;
            case TlsRenewal.Renewed(var served):
                LogCertificateRenewed(logger, served.NotAfter);
                break;
            case TlsRenewal.Refused(var problems):
                LogCertificateRefused(logger, string.Join(" ", problems.Select(problem => $"{problem.Path} {problem.Message}")), tls.Served!.NotAfter);
                break;
            default:
                throw new InvalidOperationException("no such renewal");
        }
    }

    private async Task ApplyOrRefuseAsync(SnapshotResult result)
    {
        switch (result)
        {
            case SnapshotResult.Valid(var snapshot):
                await ApplyAsync(snapshot);
                break;
            case SnapshotResult.Invalid(var file, var problems):
                Refuse(file, problems);
                break;
            default:
                throw new InvalidOperationException("no such result");
        }
    }

    private async Task ApplyAsync(GatewaySnapshot snapshot)
    {
        var needRestart = StartupSections.Changed(snapshots.Started, snapshot);
        var next = EarlierRetentions.Carry(snapshots.Current, StartupSections.Keep(snapshots.Started, snapshot), clock.GetUtcNow());
        var renamed = RecordNames.Changed(snapshots.Current, next);
        files.Prepare(next.Fraud);
        if (await routes.ApplyAsync(next) is { } refusal)
        {
            Refuse(snapshots.Watched!.Input.File, [new("ReverseProxy", $"was refused by YARP: {refusal.Message}")]);
            return;
        }
        snapshots.Replace(next);
        LogReloaded(logger, next.Revision, next.Routes.Count, next.GuardedRoutes.Count);
        if (needRestart.Count > 0)
            LogNeedRestart(logger, string.Join(", ", needRestart));
        if (renamed.Count > 0)
            LogRenamed(logger, string.Join(", ", renamed));
        snapshots.Report(new(clock.GetUtcNow(), next.Revision, [], needRestart) { Renamed = renamed });
    }

    private void Refuse(string file, IReadOnlyList<ConfigurationProblem> problems)
    {
        var kept = snapshots.Current.Revision;
        LogRefused(logger, file, problems.Count, kept);
        foreach (var problem in problems)
            LogProblem(logger, problem.Path, problem.Origin, problem.Message);
        snapshots.Report(new(clock.GetUtcNow(), kept, problems, []));
    }

    [LoggerMessage(Telemetry.EventIds.Reloaded, LogLevel.Information, "Configuration {Revision} is in force: {Routes} routes, {Guarded} of them guarded")]
    private static partial void LogReloaded(ILogger logger, string revision, int routes, int guarded);

    [LoggerMessage(Telemetry.EventIds.ReloadNeedsRestart, LogLevel.Warning, "These sections of the configuration were changed, but take effect only after a restart: {Sections}")]
    private static partial void LogNeedRestart(ILogger logger, string sections);

    [LoggerMessage(Telemetry.EventIds.ReloadRenames, LogLevel.Warning, "Routes {Routes} identify callers or keys differently than before, or no longer exist under these ids. There, a retry of an earlier request finds no record and is sent as a new request")]
    private static partial void LogRenamed(ILogger logger, string routes);

    [LoggerMessage(Telemetry.EventIds.ReloadRefused, LogLevel.Error, "{File} was changed and has {Count} mistakes; configuration {Revision} stays in force")]
    private static partial void LogRefused(ILogger logger, string file, int count, string revision);

    [LoggerMessage(Telemetry.EventIds.ReloadFailed, LogLevel.Error, "Reading the changed configuration failed unexpectedly; the old one stays in force")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(Telemetry.EventIds.CertificateRenewed, LogLevel.Information, "New TLS connections get the renewed certificate, valid until {NotAfter:u}")]
    private static partial void LogCertificateRenewed(ILogger logger, DateTimeOffset notAfter);

    [LoggerMessage(Telemetry.EventIds.CertificateRefused, LogLevel.Error, "The changed TLS files are not usable; the certificate valid until {NotAfter:u} stays in use: {Problems}")]
    private static partial void LogCertificateRefused(ILogger logger, string problems, DateTimeOffset notAfter);

    [LoggerMessage(Telemetry.EventIds.ReloadProblem, LogLevel.Error, "{Path} ({Origin}): {Problem}")]
    private static partial void LogProblem(ILogger logger, string path, string? origin, string problem);
}
