using IdempotencyGateway.Configuration.Files;
using IdempotencyGateway.Configuration.Reload;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Configuration.Reload;

public sealed class FileWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("risk.key");

    public void Dispose() => _folder.Dispose();

    /// <summary>Otherwise the watch would see a change at once, and the configuration would be reloaded in a tight loop.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(2_000_000)]
    public void What_is_as_it_was_read_has_not_changed_however_it_was_found(int? bytes)
    {
        if (bytes is { } length)
            File.WriteAllBytes(Path, new byte[length]);

        AssertUnchanged();
    }

    /// <summary>Opening one blocks until something writes to it, and nothing does.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_named_pipe_does_not_block_the_watch_and_has_not_changed(bool isBehindLinks)
    {
        var pipe = isBehindLinks ? _folder.File("pipe") : Path;
        await Tool.SucceedsAsync("mkfifo", [pipe]);
        if (isBehindLinks)
        {
            Directory.CreateSymbolicLink(_folder.File("folder"), ".");
            File.CreateSymbolicLink(Path, "folder/pipe");
        }

        await Task.Run(AssertUnchanged).OrGiveUp();
    }

    private void AssertUnchanged()
    {
        _ = SmallFile.Read(Path, out var file, out _);
        using var watch = new FileWatch(new ManualTimeProvider());
        using var end = new CancellationTokenSource();

        watch.Arm([file]);
        var changed = watch.ChangedAsync(end.Token);

        Assert.False(changed.IsCompleted);
        end.Cancel();
    }
}
