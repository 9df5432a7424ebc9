using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.DryRuns;

internal static class ToldWould
{
    /// <summary>Collects the outcomes that the gateway counts from now on ("what guarding would have done"), in order.</summary>
    public static IReadOnlyCollection<string> ListenTo(GatewayUnderTest gateway)
    {
        var told = new ConcurrentQueue<string>();
        var meter = gateway.Get<GatewayMetrics>().Meter;
        // Not disposed: the listener ends with the gateway's meter.
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, meter) && instrument.Name == "idempotency_gateway.dry_run")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag.Key == "would" && count == 1)
                    told.Enqueue((string)tag.Value!);
            }
        });
        listener.Start();
        return told;
    }
}
