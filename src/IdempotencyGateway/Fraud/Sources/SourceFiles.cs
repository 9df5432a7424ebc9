using System.Collections.Concurrent;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Fraud.Sources;

/// <summary>
/// Every file that a profile names, in memory, each once however many profiles share it. Looks every few seconds whether one has changed; a broken one is told of, and the one
/// before it stays in use. Requests never wait for a file.
/// </summary>
public sealed partial class SourceFiles(SnapshotSource snapshots, GatewayMetrics metrics, TimeProvider clock, ILogger<SourceFiles> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <summary>Requests that came before a reload are judged by what was named then; the longest take their time to send a body and to wait for another.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(Type Kind, string Path), SourceFile> _files = new();
    private readonly SemaphoreSlim _reloaded = new(0);
    private readonly Lock _refreshing = new();

    private volatile int _version;
    private FraudSnapshot? _leaving;
    private FraudSnapshot? _coming;
    private long _prepared;

    /// <summary>
    /// Another one whenever a file has changed, or what is wrong with one. Whoever takes it before looking anything up, and finds the same later, would be told the same again.
    /// </summary>
    internal int Version => _version;

    /// <summary>What is wrong now, one sentence a file.</summary>
    public IReadOnlyList<string> Problems => [.. FilesOf(snapshots.Current.Fraud).Where(file => file.Problem is not null).Select(file => $"{file.Path}: {file.Problem}")];

    internal SourceFile<AddressList> List(string path) => Get(path, static bytes =>
        (AddressList.TryRead(bytes, out var mistakes), mistakes.Count > 0 ? string.Join("; ", mistakes) : null));

    internal SourceFile<LocationDatabase> Location(string path) => Get(path, static bytes => (LocationDatabase.TryOpen(bytes, out var problem), problem));

    internal SourceFile<NetworkDatabase> Network(string path) => Get(path, static bytes => (NetworkDatabase.TryOpen(bytes, out var problem), problem));

    internal SourceFile<AnonymityDatabase> Anonymity(string path) => Get(path, static bytes => (AnonymityDatabase.TryOpen(bytes, out var problem), problem));

    internal SourceFile<CountryRanges> Countries(string path) => Get(path, static bytes => (CountryRanges.TryRead(bytes, out var mistake), mistake?.ToString()));

    /// <summary>All of them before the first request.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Refresh();
        snapshots.OnReload(_ => _reloaded.Release());
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Reads what a configuration names, before it is in force: no request is to be judged without it.</summary>
    internal void Prepare(FraudSnapshot coming)
    {
        lock (_refreshing)
        {
            (_leaving, _coming, _prepared) = (snapshots.Current.Fraud, coming, clock.GetTimestamp());
            Read(FilesOf(coming));
        }
    }

    /// <summary>Reads what is new or has changed, and forgets what no profile names any more.</summary>
    internal void Refresh()
    {
        lock (_refreshing)
        {
            var wanted = FilesOf(snapshots.Current.Fraud);
            Read(wanted);
            if (clock.GetElapsedTime(_prepared) >= Farewell)
                (_leaving, _coming) = (null, null);
            foreach (var other in new[] { _leaving, _coming }.OfType<FraudSnapshot>())
                wanted.UnionWith(FilesOf(other));
            foreach (var (name, file) in _files)
            {
                if (!wanted.Contains(file))
                    _files.TryRemove(name, out _);
            }
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
            // Without files there is nothing to look at, until a reload brings some.
            await (_files.IsEmpty ? reloaded : Task.WhenAny(reloaded, Task.Delay(LookEvery, clock, stoppingToken)));
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

    private HashSet<SourceFile> FilesOf(FraudSnapshot fraud) => [.. fraud.Profiles.Values.SelectMany(FilesOf)];

    private IEnumerable<SourceFile> FilesOf(FraudProfile profile)
    {
        foreach (var list in profile.Lists)
            yield return List(list.Path);
        var databases = profile.Databases;
        if ((databases.City ?? databases.Country) is { } places)
            yield return Location(places);
        if (databases.Asn is { } networks)
            yield return Network(networks);
        if (databases.Anonymous is { } anonymous)
            yield return Anonymity(anonymous);
        if (databases.Risk is { } risk)
            yield return Anonymity(risk);
        foreach (var path in databases.TorGeoip)
            yield return Countries(path);
    }

    private SourceFile<T> Get<T>(string path, Func<byte[], (T? Made, string? Problem)> read)
        where T : class =>
        (SourceFile<T>)_files.GetOrAdd((typeof(T), path), static (name, read) => new SourceFile<T>(name.Path, read), read);

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

    [LoggerMessage(EventIds.RiskSourceBroken, LogLevel.Error, "Risk source {Path} cannot be used ({Problem}); an earlier one stays in use if there was one, and verdicts are marked as degraded")]
    private static partial void LogBroken(ILogger logger, string path, string problem);
}
