using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Telemetry.Logging;
using Serilog.Events;

namespace IdempotencyGateway.Tests.Telemetry.Logging;

/// <summary>The log stream target, with a working stream, one without a reader, and one that fails.</summary>
public class StreamTargetTests
{
    [Fact]
    public void Lines_are_written_when_there_is_nothing_more_to_write()
    {
        var (written, lost) = Written(target => target.Write(Event()), isDeserted: false);

        Assert.Equal(1, Encoding.UTF8.GetString(written).Count(character => character == '\n'));
        Assert.Equal(0, lost);
    }

    [Fact]
    public void Lines_that_nobody_reads_are_counted()
    {
        var (written, lost) = Written(
            target =>
            {
                target.Write(Event());
                target.Write(Event());
            },
            isDeserted: true);

        Assert.Empty(written);
        Assert.Equal(2, lost);
    }

    [Fact]
    public void A_stream_that_fails_costs_what_it_was_given_and_is_tried_again()
    {
        var lost = 0;
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        using var target = new StreamTarget(full, LogFormat.Json, () => false, lines => lost += lines);
        for (var i = 0; i < 2; i++)
        {
            target.Write(Event());
            target.Flush();
        }

        Assert.Equal(2, lost);
    }

    private static (byte[] Written, int Lost) Written(Action<StreamTarget> write, bool isDeserted)
    {
        var lost = 0;
        using var stream = new MemoryStream();
        using var target = new StreamTarget(stream, LogFormat.Text, () => isDeserted, lines => lost += lines);
        write(target);
        target.Flush();
        return (stream.ToArray(), lost);
    }

    private static LogEvent Event() => new(DateTimeOffset.UnixEpoch, LogEventLevel.Information, exception: null, MessageTemplate.Empty, []);
}
