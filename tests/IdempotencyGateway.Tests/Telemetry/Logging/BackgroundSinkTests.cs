using System.Collections.Concurrent;
using IdempotencyGateway.Telemetry.Logging;
using IdempotencyGateway.Tests.Testing;
using Serilog.Events;

namespace IdempotencyGateway.Tests.Telemetry.Logging;

public class BackgroundSinkTests
{
    [Fact]
    public void What_is_queued_is_written_before_the_end()
    {
        var target = new GatedTarget();
        target.Go.Open();
        using (var sink = new BackgroundSink([target], () => { }))
        {
            for (var i = 0; i < 100; i++)
                sink.Emit(Event());
        }

        Assert.Equal(100, target.Written.Count);
        Assert.True(target.Disposed);
    }

    [Fact]
    public async Task A_target_that_stands_still_costs_lines_and_nothing_else()
    {
        var target = new GatedTarget();
        var dropped = 0;
        using var sink = new BackgroundSink([target], () => dropped++);
        sink.Emit(Event());
        await target.Reached.Opened.OrGiveUp();

        for (var i = 0; i < 10_005; i++)
            sink.Emit(Event());

        Assert.Equal(5, dropped);
        target.Go.Open();
    }

    private static LogEvent Event() =>
        new(DateTimeOffset.UnixEpoch, LogEventLevel.Information, exception: null, MessageTemplate.Empty, []);

    private sealed class GatedTarget : LogTarget
    {
        public Gate Reached { get; } = new();

        public Gate Go { get; } = new();

        public ConcurrentQueue<LogEvent> Written { get; } = new();

        public bool Disposed { get; private set; }

        public override void Write(LogEvent logEvent)
        {
            Reached.Open();
            Go.Opened.Wait(Patience.Limit);
            Written.Enqueue(logEvent);
        }

        public override void Flush()
        {
        }

        public override void Dispose() => Disposed = true;
    }
}
