using System.Threading.Channels;
using Serilog.Core;
using Serilog.Events;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>
/// Takes events from requests and writes them elsewhere, on one thread, as many at once as there are: a request pays for a place in a queue and for nothing else. A full
/// queue drops: a log that stands still must not make requests stand still. What was dropped is counted.
/// </summary>
internal sealed class BackgroundSink : ILogEventSink, IDisposable
{
    private const int Limit = 10_000;

    /// <summary>Waking up and writing cost more than a line does: what comes within this time is written together.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);

    private readonly Channel<LogEvent> _queue;
    private readonly IReadOnlyList<LogTarget> _targets;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _writing;

    /// <param name="targets">Written to in turn, by one thread; disposed with this.</param>
    /// <param name="dropped">Called for every event that found no room.</param>
    public BackgroundSink(IReadOnlyList<LogTarget> targets, TimeProvider clock, Action dropped)
    {
        _targets = targets;
        _clock = clock;
        _queue = Channel.CreateBounded<LogEvent>(
            new BoundedChannelOptions(Limit) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite }, _ => dropped());
        _writing = Task.Run(WriteAllAsync);
    }

    public void Emit(LogEvent logEvent) => _queue.Writer.TryWrite(logEvent);

    /// <summary>What is in the queue is still written, unless the target stands still.</summary>
    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _ending.Cancel();
        _writing.Wait(LastPatience);
        foreach (var target in _targets)
            target.Dispose();
        _ending.Dispose();
    }

    private async Task WriteAllAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            await Task.Delay(Gathering, _clock, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
