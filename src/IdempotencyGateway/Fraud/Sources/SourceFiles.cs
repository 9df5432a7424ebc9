using System.Runtime.CompilerServices;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Fraud.Sources;

/// <summary>
/// Keeps the list and database files of all profiles in memory, each once however many profiles share it. Checks every few seconds whether a file has changed. A broken file is reported, and its
/// last good version stays in use. Requests never wait for a file. A profile's files live as long as the profile: until the last request that uses it has ended.
/// </summary>
public sealed partial class SourceFiles(SnapshotSource snapshots, GatewayMetrics metrics, TimeProvider clock, ILogger<SourceFiles> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly ConditionalWeakTable<FraudProfile, ProfileFiles> _ofProfiles = new();
    private readonly Dictionary<(Type Kind, string Path), SourceFile> _shared = [];
    private readonly SemaphoreSlim _reloaded = new(0);
    private readonly Lock _refreshing = new();

    private volatile int _version;

    /// <summary>
    /// Changes whenever the content or the problem of a file changes. While it stays the same, the same look-up gives the same answer.
    /// </summary>
    internal int Version => _version;

    /// <summary>The current problems, one text per broken file.</summary>
    public IReadOnlyList<string> Problems => [.. FilesOf(snapshots.Current.Fraud).Where(file => file.Problem is not null).Select(file => $"{file.Path}: {file.Problem}")];

    /// <summary>Reads all files, so that they are there before the first request.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Refresh();
        snapshots.OnReload(_ => _reloaded.Release());
        return base.StartAsync(cancellationToken);
    }

    internal ProfileFiles Of(FraudProfile profile) => _ofProfiles.TryGetValue(profile, out var files) ? files : _ofProfiles.GetValue(profile, Open);

    /// <summary>Reads the files of a new configuration before it takes effect, so that no request is scored without them.</summary>
    internal void Prepare(FraudSnapshot coming)
    {
        lock (_refreshing)
            Read(FilesOf(coming));
    }

    /// <summary>Reads the files that have changed, and stops refreshing those that only earlier configurations use.</summary>
    internal void Refresh()
    {
        lock (_refreshing)
        {
            var files = FilesOf(snapshots.Current.Fraud);
            Read(files);
            _shared.Clear();
            foreach (var file in files)
                _shared[(file.GetType(), file.Path)] = file;
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _reloaded.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var reloaded = _reloaded.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            // Without files there is nothing to do until a reload.
            await (FilesOf(snapshots.Current.Fraud).Count == 0 ? reloaded : Task.WhenAny(reloaded, Task.Delay(LookEvery, clock, stoppingToken)));
            if (reloaded.IsCompleted)
                reloaded = _reloaded.WaitAsync(stoppingToken);
            Refresh();
        }
    }

    private void Read(HashSet<SourceFile> files)
    {
        var changed = files.Where(file => file.Refresh()).ToList();
        if (changed.Count > 0)
            _version++;
        changed.ForEach(Tell);
    }

    private HashSet<SourceFile> FilesOf(FraudSnapshot fraud) => [.. fraud.Profiles.Values.SelectMany(profile => Of(profile).All)];

    private ProfileFiles Open(FraudProfile profile)
    {
        var databases = profile.Databases;
        lock (_refreshing)
        {
            return new()
            {
                Lists = [.. profile.Lists.Select(list => (list, Share(list.Path, ReadList)))],
                Places = databases.City is { } city ? (Share(city, ReadPlaces), "city") : databases.Country is { } country ? (Share(country, ReadPlaces), "country") : null,
                Networks = databases.Asn is { } asn ? Share(asn, static bytes => (NetworkDatabase.TryOpen(bytes, out var problem), problem)) : null,
                Anonymous = databases.Anonymous is { } anonymous ? Share(anonymous, ReadAnonymity) : null,
                Risk = databases.Risk is { } risk ? Share(risk, ReadAnonymity) : null,
                TorGeoip = [.. databases.TorGeoip.Select(path => Share(path, static bytes => (CountryRanges.TryRead(bytes, out var mistake), mistake?.ToString())))],
            };
        }
    }

    private SourceFile<T> Share<T>(string path, Func<byte[], (T? Made, string? Problem)> read)
        where T : class
    {
        if (_shared.TryGetValue((typeof(SourceFile<T>), path), out var known))
            return (SourceFile<T>)known;
        var file = new SourceFile<T>(path, read);
        _shared.Add((typeof(SourceFile<T>), path), file);
        return file;
    }

    private static (AddressList? Made, string? Problem) ReadList(byte[] bytes) =>
        (AddressList.TryRead(bytes, out var mistakes), mistakes.Count > 0 ? string.Join("; ", mistakes) : null);

    private static (LocationDatabase? Made, string? Problem) ReadPlaces(byte[] bytes) => (LocationDatabase.TryOpen(bytes, out var problem), problem);

    private static (AnonymityDatabase? Made, string? Problem) ReadAnonymity(byte[] bytes) => (AnonymityDatabase.TryOpen(bytes, out var problem), problem);

    private void Tell(SourceFile file)
    {
        if (file.Problem is not { } problem)
        {
            LogLoaded(logger, file.Path);
            return;
        }
        metrics.RiskSourceFailed("file");
        LogBroken(logger, file.Path, problem);
    }

    [LoggerMessage(EventIds.RiskSourceLoaded, LogLevel.Information, "Risk source {Path} is in use")]
    private static partial void LogLoaded(ILogger logger, string path);

    [LoggerMessage(EventIds.RiskSourceBroken, LogLevel.Error, "Risk source {Path} cannot be used ({Problem}). Its last good version stays in use, if there is one, and verdicts are marked as degraded")]
    private static partial void LogBroken(ILogger logger, string path, string problem);
}
