using IdempotencyGateway.Configuration.Files;

namespace IdempotencyGateway.Configuration.Reload;

/// <summary>
/// Waits until the content of one of several files changes. The operating system's events make this quick. Because events can be lost or unavailable (network file
/// systems, exhausted limits), it also polls every few seconds.
/// </summary>
internal sealed class FileWatch(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _touched = new(0, 1);
    private readonly Lock _lock = new();
    private IReadOnlyList<ConfigurationFile> _files = [];
    private FileSystemWatcher[] _watchers = [];
    private HashSet<string> _paths = [];

    /// <summary>Watches these files, for contents that differ from their digests.</summary>
    public void Arm(IReadOnlyList<ConfigurationFile> files)
    {
        _files = files;
        var paths = files.SelectMany(file => LinkPath.Of(file.Path)).ToHashSet(StringComparer.Ordinal);
        lock (_lock)
            _paths = paths;
        Disarm();
        _watchers = [.. paths.Select(path => Path.GetDirectoryName(path) ?? path).Distinct(StringComparer.Ordinal).Select(TryWatch).OfType<FileSystemWatcher>()];
    }

    /// <summary>Watches the same files, for contents that differ from the present ones.</summary>
    public void ArmAsTheyAre() => Arm([.. _files.Select(file => file with { Digest = DigestNow(file) })]);

    /// <summary>Waits until a file's content differs from its digest.</summary>
    public async Task ChangedAsync(CancellationToken cancellation)
    {
        while (!_files.Any(HasChanged))
            await WaitAsync(cancellation);
    }

    public void Dispose()
    {
        Disarm();
        _touched.Dispose();
    }

    private async Task WaitAsync(CancellationToken cancellation)
    {
        await using var timer = clock.CreateTimer(static watch => ((FileWatch)watch!).Wake(), this, PollInterval, Timeout.InfiniteTimeSpan);
        await _touched.WaitAsync(cancellation);
    }

    private static bool HasChanged(ConfigurationFile file) => DigestNow(file) != file.Digest;

    private static string? DigestNow(ConfigurationFile file)
    {
        try
        {
            return SettingsFile.DigestOf(FileContent.Read(file.Path));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private FileSystemWatcher? TryWatch(string folder)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(folder)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.CreationTime | NotifyFilters.Size,
            };
            watcher.Changed += Touch;
            watcher.Created += Touch;
            watcher.Deleted += Touch;
            watcher.Renamed += Touch;
            watcher.Error += (_, _) => Wake();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception unwatchable) when (unwatchable is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Polling does without events.
            watcher?.Dispose();
            return null;
        }
    }

    private void Touch(object sender, FileSystemEventArgs touched)
    {
        lock (_lock)
        {
            if (!_paths.Contains(touched.FullPath))
                return;
        }
        Wake();
    }

    private void Wake()
    {
        lock (_lock)
        {
            if (_touched.CurrentCount == 0)
                _touched.Release();
        }
    }

    private void Disarm()
    {
        foreach (var watcher in _watchers)
            watcher.Dispose();
        _watchers = [];
    }
}
