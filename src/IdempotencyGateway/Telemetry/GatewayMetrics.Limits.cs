using System.Diagnostics.Metrics;
using IdempotencyGateway.Limits;

namespace IdempotencyGateway.Telemetry;

/// <summary>How often limits were reached.</summary>
public sealed partial class GatewayMetrics
{
    private Counter<long> _limitsReached = null!;
    private Counter<long> _connectionsCutOff = null!;

    /// <param name="ofCaller">True for the limit per caller, false for the limit in total.</param>
    public void LimitReached(LimitedThing thing, bool ofCaller) =>
        _limitsReached.Add(1, new("limit", LabelOf(thing)), new("scope", ofCaller ? "caller" : "total"));

    public void ConnectionCutOff() => _connectionsCutOff.Add(1);

    private static string LabelOf(LimitedThing thing) => thing switch
    {
        LimitedThing.Connections => "connections",
        LimitedThing.Requests => "requests",
        LimitedThing.Executions => "executions",
        LimitedThing.Waiters => "waiters",
        LimitedThing.NewKeys => "new_keys",
        LimitedThing.BufferedBodies => "buffered_bodies",
        LimitedThing.HeldAnswers => "held_answers",
        _ => throw new InvalidOperationException($"no label for {thing}"),
    };

    private void CreateLimits()
    {
        _limitsReached = Meter.CreateCounter<long>("idempotency_gateway.limits_reached", "{refusal}", "Requests that met a limit, by what there is a limit on and whose it was.");
        _connectionsCutOff = Meter.CreateCounter<long>("idempotency_gateway.connections_cut_off", "{connection}", "Connections ended without an answer, because too many were open even to be answered 503.");
    }
}
