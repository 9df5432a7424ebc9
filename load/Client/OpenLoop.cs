using System.Diagnostics;
using System.Globalization;
using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Client;

/// <summary>
/// The open model: requests arrive when they are due, not when the server has time. A latency counts from when the request was due, so that the time it waited for
/// a free connection, because the server was slow, is in it: nothing is omitted where it hurts.
/// </summary>
/// <param name="patience">
/// So much longer than its duration a phase may take to work off what has arrived; what is left then was not sent, and counts as failed. Ten seconds unless told.
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
