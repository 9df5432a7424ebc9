using System.Diagnostics;
using System.Globalization;
using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Client;

/// <summary>
/// The open model: requests arrive at their scheduled times, whether or not the server keeps up. Latency is measured from the scheduled time, so it includes the wait for
/// a free connection when the server is slow. This avoids coordinated omission.
/// </summary>
/// <param name="patience">
/// How much longer than its duration a phase may take to send its backlog. Requests that are unsent by then count as failed. Ten seconds by default.
/// </param>
internal sealed class OpenLoop(Traffic traffic, int connections, double perSecond, TimeSpan? patience = null) : LoadLoop(traffic, connections)
{
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(10);

    public override string Describes => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.##}/s on up to {Connections.Count} connections");

    protected override async Task RunPhaseAsync(Measurement into, long began, TimeSpan duration, TimeSpan ramp)
    {
        var schedule = new ArrivalSchedule(perSecond, ramp, duration);
        var arrivals = schedule.Count;
        var giveUp = began + Ticks(duration + _patience);
        var next = 0L;
        using var pacer = new Pacer();
        await Task.WhenAll(Connections.Select(connection => Task.Run(async () =>
        {
            while (Stopwatch.GetTimestamp() < giveUp && Interlocked.Increment(ref next) - 1 is var arrival && arrival < arrivals)
            {
                var due = began + Ticks(schedule.DueAt(arrival));
                await pacer.WhenDueAsync(due);
                await AskAsync(connection, due, into);
            }
        })));
        if (next < arrivals)
            into.Failed("not sent in time", arrivals - next);
    }
}
