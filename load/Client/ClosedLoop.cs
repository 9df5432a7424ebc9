using System.Diagnostics;
using System.Globalization;
using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Client;

/// <summary>The closed model: each connection sends its next request when the last one is answered. During the ramp the connections start one after another.</summary>
/// <param name="leastCalls">
/// The calls that each connection makes at least, once it has started, even if the phase is over by then. Otherwise a very short phase on a stalled machine would measure nothing.
/// </param>
internal sealed class ClosedLoop(Traffic traffic, int connections, int leastCalls = 1) : LoadLoop(traffic, connections)
{
    public override string Describes => string.Create(CultureInfo.InvariantCulture, $"{Connections.Count} connections");

    protected override Task RunPhaseAsync(Measurement into, long began, TimeSpan duration, TimeSpan ramp) =>
        Task.WhenAll(Connections.Select((connection, i) => Task.Run(async () =>
        {
            var turn = ramp * i / Connections.Count;
            if (turn >= duration)
                return;
            if (turn > TimeSpan.Zero)
                await Task.Delay(turn);
            var end = began + Ticks(duration);
            for (var made = 0; Stopwatch.GetTimestamp() is var now && (made < leastCalls || now < end); made++)
                await AskAsync(connection, now, into);
        })));
}
