using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.InteropServices;
using IdempotencyGateway.Claims;
using IdempotencyGateway.Housekeeping;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Tls;

namespace IdempotencyGateway.Telemetry;

/// <summary>Observable instruments: state that is read at each scrape instead of being counted as it happens.</summary>
public sealed partial class GatewayMetrics
{
    /// <summary>The objects whose state is reported. Until they are known, their instruments report nothing.</summary>
    internal sealed record Watched(
        MemoryBudget Bodies,
        CompletedCopies Copies,
        DeferredWrites Deferred,
        ExchangesUnderWay Exchanges,
        DoubtCensus Doubts,
        StoreCondition Store,
        CurrentTls Tls,
        GatewayLimits Limits,
        AnswerBudget Answers);

    private static readonly KeyValuePair<string, object?>[] Build =
    [
        new("version", typeof(GatewayMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion),
        new("runtime", RuntimeInformation.FrameworkDescription),
        new("platform", RuntimeInformation.RuntimeIdentifier),
    ];

    private Watched? _watched;

    internal void Watch(Watched watched) => _watched = watched;

    private void CreateState()
    {
        Meter.CreateObservableGauge("idempotency_gateway.build_info", () => new Measurement<long>(1, Build), null, "Always 1; the labels say what is running.");
        Meter.CreateObservableGauge(
            "idempotency_gateway.config.last_reload_successful", () => 1L - Volatile.Read(ref _lastReloadFailed), null, "0 while a changed configuration was refused and the one before it is in force.");
        Meter.CreateObservableGauge("idempotency_gateway.waiters", () => Interlocked.Read(ref _waiters), "{request}", "Requests that wait for the first with their key.");

        Gauge("idempotency_gateway.records.in_doubt", "{record}", "Records in doubt now, in the whole store: an operator has to find out what happened.", w => w.Doubts.InDoubt);
        Gauge("idempotency_gateway.store.circuit_open", null, "1 while the circuit breaker to the store is open; absent for the embedded store.", w => w.Store.CircuitOpen);
        Gauge("idempotency_gateway.exchanges_under_way", "{exchange}", "Exchanges between claim and record.", w => w.Exchanges.Count);
        Gauge("idempotency_gateway.buffered_bodies.usage", "By", "Request bodies of guarded routes in memory.", w => w.Bodies.UsedInBytes);
        Gauge("idempotency_gateway.buffered_bodies.limit", "By", "Limit of the memory for request bodies.", w => w.Bodies.LimitInBytes);
        Gauge("idempotency_gateway.held_answers.usage", "By", "Larger answers in memory that are not recorded yet.", w => w.Answers.UsedInBytes);
        Gauge("idempotency_gateway.held_answers.limit", "By", "Limit of the memory for larger answers.", w => w.Answers.LimitInBytes);
        Gauge("idempotency_gateway.connections", "{connection}", "Clients' connections.", w => w.Limits.Connections.Taken);
        Gauge("idempotency_gateway.requests_under_way", "{request}", "Requests from head to answer.", w => w.Limits.Requests.Taken);
        Gauge("idempotency_gateway.callers_under_way", "{caller}", "Callers that have a guarded request under way.", w => w.Limits.Requests.Callers);
        Meter.CreateObservableGauge("idempotency_gateway.deferred_writes.pending", PendingWrites, "{write}", "Outcomes of records that wait to be written, by kind.");
        Gauge("idempotency_gateway.tls.certificate_expiry_timestamp", "s", "When the certificate that clients get expires, in Unix time.", w => w.Tls.Served?.NotAfter.ToUnixTimeSeconds());
        Gauge("idempotency_gateway.cache.entries", "{record}", "Copies of completed records in memory.", w => w.Copies.Statistics.Entries);
        Gauge("idempotency_gateway.cache.size", "By", "Size of these copies.", w => w.Copies.Statistics.Bytes);
        Total("idempotency_gateway.cache.hits", "{request}", "Requests that found a copy.", w => w.Copies.Statistics.Hits);
        Total("idempotency_gateway.cache.misses", "{request}", "Requests that found no copy.", w => w.Copies.Statistics.Misses);
    }

    private void Gauge(string name, string? unit, string description, Func<Watched, long?> read) =>
        Meter.CreateObservableGauge(name, () => Read(read), unit, description);

    private void Total(string name, string unit, string description, Func<Watched, long?> read) =>
        Meter.CreateObservableCounter(name, () => Read(read), unit, description);

    private IEnumerable<Measurement<long>> PendingWrites() => _watched is not { } watched ? [] : Enum.GetValues<DeferredEnd>()
        .Select(end => new Measurement<long>(watched.Deferred.CountOf(end), new KeyValuePair<string, object?>("end", LabelOf(end))));

    private Measurement<long>[] Read(Func<Watched, long?> read) => _watched is { } watched && read(watched) is { } value ? [new(value)] : [];
}
