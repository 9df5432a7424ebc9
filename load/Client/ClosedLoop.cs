using System.Diagnostics;
using System.Globalization;
using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Client;

/// <summary>The closed model: each connection sends its next request when the last is answered. While it ramps, one connection after another begins.</summary>
internal sealed class ClosedLoop(Traffic traffic, int connections) : LoadLoop(traffic, connections)
{
    public override string Describes => string.Create(CultureInfo.InvariantCulture, $"{Connections.Count} connections");

    protected override Task RunPhaseAsync(Measurement into, long began, TimeSpan duration, TimeSpan ramp) =>
        Task.WhenAll(Connections.Select((connection, i) => Task.Run(async () =>
        {
            if (ramp > TimeSpan.Zero)
                await Task.Delay(ramp * i / Connections.Count);
            var end = began + Ticks(duration);
            for (var now = Stopwatch.GetTimestamp(); now < end; now = Stopwatch.GetTimestamp())
                await AskAsync(connection, now, into);
        })));
}
