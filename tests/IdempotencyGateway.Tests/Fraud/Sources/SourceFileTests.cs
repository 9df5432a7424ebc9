using System.Text;
using IdempotencyGateway.Fraud.Sources;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Fraud.Sources;

/// <summary>A source file that the gateway polls for changes.</summary>
public sealed class SourceFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private DateTime _written = new(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc);

    private string Path => _folder.File("list");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_read_at_once_the_first_time()
    {
        Write("one");
        var file = File();

        Assert.True(file.Refresh());

        Assert.Equal(("one", null), (file.Current, file.Problem));
        Assert.False(file.Refresh());
    }

    [Fact]
    public void A_file_that_is_still_being_written_is_not_read()
    {
        Write("one");
        var file = File();
        file.Refresh();

        foreach (var soFar in (string[])["t", "tw", "two"])
        {
            Write(soFar);
            Assert.False(file.Refresh());
            Assert.Equal("one", file.Current);
        }

        Assert.True(file.Refresh());
        Assert.Equal("two", file.Current);
    }

    [Fact]
    public async Task A_named_pipe_counts_as_an_empty_file_and_blocks_nothing()
    {
        await Tool.SucceedsAsync("mkfifo", [Path]);
        var file = File();

        Assert.True(await Task.Run(file.Refresh).OrGiveUp());

        Assert.Equal("", file.Current);
    }

    [Fact]
    public void A_file_that_comes_back_is_read_once_it_is_complete()
    {
        Write("one");
        var file = File();
        file.Refresh();
        System.IO.File.Delete(Path);
        Assert.True(file.Refresh());
        Assert.NotNull(file.Problem);
        Assert.False(file.Refresh());

        Write("t");
        Assert.False(file.Refresh());
        Write("two");
        Assert.False(file.Refresh());
        Assert.Equal("one", file.Current);

        Assert.True(file.Refresh());
        Assert.Equal(("two", null), (file.Current, file.Problem));
    }

    [Fact]
    public void A_broken_one_leaves_the_last_good_in_use_and_says_why()
    {
        Write("one");
        var file = File();
        file.Refresh();

        Write("broken");
        file.Refresh();
        Assert.True(file.Refresh());

        Assert.Equal(("one", "it is broken"), (file.Current, file.Problem));
    }

    [Fact]
    public void A_file_on_which_its_parser_throws_is_broken()
    {
        Write("one");
        var file = File();
        file.Refresh();

        Write("surprise");
        file.Refresh();
        Assert.True(file.Refresh());

        Assert.Equal(("one", "nobody thought of that"), (file.Current, file.Problem));
    }

    private SourceFile<string> File() => new(Path, static bytes => Encoding.UTF8.GetString(bytes) switch
    {
        "broken" => (null, "it is broken"),
        "surprise" => throw new InvalidOperationException("nobody thought of that"),
        var text => (text, null),
    });

    /// <summary>Writes the file with a write time that certainly differs, whatever the resolution of the file system's clock.</summary>
    private void Write(string text)
    {
        System.IO.File.WriteAllText(Path, text);
        System.IO.File.SetLastWriteTimeUtc(Path, _written = _written.AddSeconds(1));
    }
}
