using IdempotencyGateway.Configuration;
using IdempotencyGateway.Telemetry.Logging;
using IdempotencyGateway.Tests.Testing;
using Serilog.Events;
using Serilog.Parsing;

namespace IdempotencyGateway.Tests.Telemetry.Logging;

/// <summary>The log file target, while its file is removed, renamed, replaced or cannot be written.</summary>
public sealed class FileTargetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileTarget _target;
    private int _lost;

    public FileTargetTests() => _target = Open(LogPath);

    private string LogPath => _folder.File("gateway.log");

    public void Dispose()
    {
        _target.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Lines_are_in_the_file_at_once()
    {
        _target.Write(Event("one"));
        _target.Write(Event("two"));

        Assert.Equal(["one", "two"], Lines(LogPath));
    }

    [Fact]
    public void A_file_that_was_removed_is_begun_anew()
    {
        Write("one");
        File.Delete(LogPath);
        Write("noticed after it");
        Write("two");

        Assert.Equal(["two"], Lines(LogPath));
    }

    [Fact]
    public void A_file_that_was_renamed_keeps_its_lines_and_a_new_one_gets_the_next()
    {
        Write("one");
        File.Move(LogPath, _folder.File("kept.log"));
        _target.Flush();
        Write("two");

        Assert.Equal(["one"], Lines(_folder.File("kept.log")));
        Assert.Equal(["two"], Lines(LogPath));
    }

    [Fact]
    public void What_cannot_be_written_is_counted_and_what_comes_after_the_obstacle_is_written()
    {
        Write("one");
        File.Delete(LogPath);
        _target.Flush();
        Directory.CreateDirectory(LogPath);
        _target.Write(Event("lost"));
        _target.Write(Event("lost"));
        _target.Flush();
        Directory.Delete(LogPath);
        Write("two");

        Assert.Equal(2, _lost);
        Assert.Equal(["two"], Lines(LogPath));
    }

    [Fact]
    public void A_full_disk_costs_each_line_and_nothing_else()
    {
        using var full = Open("/dev/full");
        for (var i = 0; i < 3; i++)
        {
            full.Write(Event("lost"));
            full.Flush();
        }

        Assert.Equal(3, _lost);
    }

    [Fact]
    public void A_full_file_is_followed_by_another_and_the_oldest_goes()
    {
        using var small = new FileTarget(new(LogPath, MaxBytes: 1, Keep: 2), lines => _lost += lines);
        foreach (var text in (string[])["one", "two", "three"])
        {
            small.Write(Event(text));
            small.Flush();
        }

        Assert.False(File.Exists(LogPath));
        Assert.Equal(["two"], Lines(_folder.File("gateway_001.log")));
        Assert.Equal(["three"], Lines(_folder.File("gateway_002.log")));
        Assert.Equal(0, _lost);
    }

    private FileTarget Open(string path) => new(new LogFile(path, MaxBytes: 1 << 20, Keep: 3), lines => _lost += lines);

    private void Write(string text)
    {
        _target.Write(Event(text));
        _target.Flush();
    }

    private static IEnumerable<string> Lines(string path)
    {
        using var open = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. open.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("\"@mt\":\"")[1].TrimEnd('}', '"'))];
    }

    private static LogEvent Event(string text) =>
        new(DateTimeOffset.UnixEpoch, LogEventLevel.Information, exception: null, new MessageTemplateParser().Parse(text), []);
}
