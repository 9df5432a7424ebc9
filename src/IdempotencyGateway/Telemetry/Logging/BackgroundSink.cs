using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>
/// Queues log events and writes them in batches in the background, so that a request pays only for the queueing. When the queue is full, events are dropped and counted: a blocked
/// log must not block requests.
/// </summary>
internal sealed class BackgroundSink : ILogEventSink, IDisposable
{
    private const int Limit = 10_000;

    /// <summary>Waking up and writing cost more than formatting a line, so the events of this period are written as one batch.</summary>
    private static readonly TimeSpan BatchPeriod = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    private readonly Channel<LogEvent> _queue;
    private readonly IReadOnlyList<LogTarget> _targets;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _writing;

    /// <param name="targets">Each gets every event, from one thread at a time. Disposed with this.</param>
    /// <param name="dropped">Called for every dropped event.</param>
    public BackgroundSink(IReadOnlyList<LogTarget> targets, TimeProvider clock, Action dropped)
    {
        _targets = targets;
        _clock = clock;
        _queue = Channel.CreateBounded<LogEvent>(
            new BoundedChannelOptions(Limit) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite }, _ => dropped());
        _writing = Task.Run(WriteAllAsync);
    }

    public void Emit(LogEvent logEvent) => _queue.Writer.TryWrite(logEvent);

    /// <summary>Writes what is in the queue, unless a target blocks for longer than the timeout.</summary>
    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _ending.Cancel();
        _writing.Wait(ShutdownTimeout);
        foreach (var target in _targets)
            target.Dispose();
        _ending.Dispose();
    }

    private async Task WriteAllAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            await Task.Delay(BatchPeriod, _clock, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (_queue.Reader.TryRead(out var logEvent))
            {
                foreach (var target in _targets)
                    target.Write(logEvent);
            }
            foreach (var target in _targets)
                target.Flush();
        }
    }
}
