using System.Diagnostics.Metrics;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Recording;

namespace IdempotencyGateway.Telemetry;

/// <summary>
/// The gateway's metrics: one method per event. Label values come from closed sets and from the configuration's route ids. A measurement allocates nothing and takes
/// no lock. README.md in this folder lists the metrics; a test keeps it equal to this class.
/// </summary>
public sealed partial class GatewayMetrics : IDisposable
{
    public const string MeterName = "IdempotencyGateway";

    /// <summary>The label of requests that match no route.</summary>
    public const string NoRoute = "other";

    private static readonly ExchangeOutcome[] Watchful =
        [ExchangeOutcome.Executed, ExchangeOutcome.Replayed, ExchangeOutcome.OutcomeUnknown, ExchangeOutcome.PassedThrough, ExchangeOutcome.Failed];

    private static readonly InstrumentAdvice<double> ExchangeBuckets = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120],
    };

    private static readonly InstrumentAdvice<double> OwnBuckets = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    };

    private readonly Counter<long> _requests;
    private readonly Counter<long> _problems;
    private readonly Counter<long> _duplicatesAvoided;
    private readonly Counter<long> _dryRuns;
    private readonly Counter<long> _doubts;
    private readonly Counter<long> _leasesLost;
    private readonly Counter<long> _deferredWrites;
    private readonly Counter<long> _reloads;
    private readonly Counter<long> _storeErrors;
    private readonly Counter<long> _unreadable;
    private readonly Counter<long> _keyRings;
    private readonly Counter<long> _subjectRecordsErased;
    private readonly Counter<long> _subjectErasuresFailed;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _logEventsDropped;
    private readonly Counter<long> _logEventsLost;
    private readonly Histogram<double> _exchangeDuration;
    private readonly Histogram<double> _ownDuration;
    private readonly Histogram<double> _storeDuration;
    private long _waiters;
    private int _lastReloadFailed;

    public GatewayMetrics()
    {
        Meter = new(MeterName);
        _requests = Meter.CreateCounter<long>("idempotency_gateway.requests", "{request}", "Requests by how they ended.");
        _problems = Meter.CreateCounter<long>("idempotency_gateway.problems", "{problem}", "Answers that the gateway itself gave, by the problem's code.");
        _duplicatesAvoided = Meter.CreateCounter<long>("idempotency_gateway.duplicates_avoided", "{request}", "Repeated requests that were kept from the provider.");
        _dryRuns = Meter.CreateCounter<long>("idempotency_gateway.dry_run", "{request}", "Requests of routes in a dry run, by what guarding would have done with them.");
        _doubts = Meter.CreateCounter<long>("idempotency_gateway.doubts", "{record}", "Records that this process put in doubt: sent, outcome unknown.");
        _leasesLost = Meter.CreateCounter<long>("idempotency_gateway.leases_lost", "{lease}", "Leases that others took, or whose record ended, before they could be renewed.");
        _deferredWrites = Meter.CreateCounter<long>("idempotency_gateway.deferred_writes", "{write}", "Outcomes of records that the store could not take at once, by kind and result.");
        _reloads = Meter.CreateCounter<long>("idempotency_gateway.config.reloads", "{reload}", "Changed configurations, by whether they were accepted.");
        _storeErrors = Meter.CreateCounter<long>("idempotency_gateway.store.errors", "{error}", "Store operations that failed, by operation and failure.");
        _unreadable = Meter.CreateCounter<long>("idempotency_gateway.records.unreadable", "{record}", "Records that could not be opened, by defect.");
        _keyRings = Meter.CreateCounter<long>("idempotency_gateway.key_ring.reloads", "{reload}", "Changed key rings, by whether they were accepted.");
        _subjectRecordsErased = Meter.CreateCounter<long>("idempotency_gateway.subject_records_erased", "{record}", "Records erased by subject.");
        _subjectErasuresFailed = Meter.CreateCounter<long>("idempotency_gateway.subject_erasures_failed", "{erasure}", "Deletions at the provider after which records about that person may be left.");
        _dropped = Meter.CreateCounter<long>("idempotency_gateway.metrics.dropped", "{measurement}", "Measurements dropped because their instrument has reached the limit of series.");
        _logEventsDropped = Meter.CreateCounter<long>("idempotency_gateway.log.events_dropped", "{event}", "Log events dropped because they came faster than they could be written.");
        _logEventsLost = Meter.CreateCounter<long>("idempotency_gateway.log.events_lost", "{event}", "Log events that could not be written, by target.");
        _exchangeDuration = Meter.CreateHistogram("idempotency_gateway.exchange.duration", "s", "From a request's head to the end of its answer.", tags: null, ExchangeBuckets);
        _ownDuration = Meter.CreateHistogram("idempotency_gateway.exchange.own_duration", "s", "The gateway's own part of an exchange's duration: without the provider's time, without waiting for a client's body or for another request's answer.", tags: null, OwnBuckets);
        _storeDuration = Meter.CreateHistogram("idempotency_gateway.store.operation.duration", "s", "Duration of store operations, whatever their result.", tags: null, OwnBuckets);
        CreateLimits();
        CreateProviders();
        CreateRisk();
        CreateState();
    }

    internal Meter Meter { get; }

    /// <summary>
    /// Creates the series that alerts watch, with the value zero: Prometheus sees no increase when a series starts with its first occurrence. Call this once the metrics are collected,
    /// and when a reload adds routes.
    /// </summary>
    public void ExpectRoutes(IEnumerable<string> routes)
    {
        foreach (var route in routes)
        {
            foreach (var outcome in Watchful)
                _requests.Add(0, new("route", route), new("outcome", outcome.Label()));
            _duplicatesAvoided.Add(0, new KeyValuePair<string, object?>("route", route));
        }
        foreach (var end in Enum.GetValues<DeferredEnd>())
        {
            foreach (var result in (string[])["deferred", "done", "dropped"])
                DeferredWrite(0, end, result);
        }
        foreach (var result in (string[])["taken", "rejected"])
        {
            _reloads.Add(0, new KeyValuePair<string, object?>("result", result));
            _keyRings.Add(0, new KeyValuePair<string, object?>("result", result));
        }
        ConsoleLinesLost(0);
        FileLinesLost(0);
        foreach (var defect in Enum.GetValues<SealDefect>())
            _unreadable.Add(0, new KeyValuePair<string, object?>("defect", LabelOf(defect)));
        foreach (var counter in (Counter<long>[])[_doubts, _leasesLost, _subjectRecordsErased, _subjectErasuresFailed, _dropped, _logEventsDropped, _connectionsCutOff])
            counter.Add(0);
    }

    /// <inheritdoc cref="ExpectRoutes"/>
    public void ExpectDryRun(string route, IEnumerable<string> labels)
    {
        foreach (var label in labels)
            _dryRuns.Add(0, new("route", route), new("would", label));
    }

    /// <param name="route">An id from the configuration, or <see cref="NoRoute"/>.</param>
    public void RequestEnded(string route, ExchangeOutcome outcome)
    {
        _requests.Add(1, new("route", route), new("outcome", outcome.Label()));
        if (outcome.AvoidsDuplicate())
            _duplicatesAvoided.Add(1, new KeyValuePair<string, object?>("route", route));
    }

    /// <param name="own">See the instrument's description.</param>
    public void ExchangeTook(string route, ExchangeOutcome outcome, TimeSpan total, TimeSpan own)
    {
        _exchangeDuration.Record(total.TotalSeconds, new("route", route), new("outcome", outcome.Label()));
        _ownDuration.Record(own.TotalSeconds, new("route", route), new("outcome", outcome.Label()));
    }

    /// <param name="would">The label of what guarding would have done.</param>
    public void DryRunTold(string route, string would) => _dryRuns.Add(1, new("route", route), new("would", would));

    public void ProblemTold(GatewayProblem problem) => _problems.Add(1, new KeyValuePair<string, object?>("code", problem.Code));

    public void WaitBegan() => Interlocked.Increment(ref _waiters);

    public void WaitEnded() => Interlocked.Decrement(ref _waiters);

    public void RecordPutInDoubt() => _doubts.Add(1);

    public void LeaseLost() => _leasesLost.Add(1);

    public void WriteDeferred(DeferredEnd end) => DeferredWrite(1, end, "deferred");

    public void DeferredWriteDone(DeferredEnd end) => DeferredWrite(1, end, "done");

    public void DeferredWriteDropped(DeferredEnd end) => DeferredWrite(1, end, "dropped");

    public void StoreAnswered(StoreVerb verb, TimeSpan duration) =>
        _storeDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("operation", verb.Label()));

    public void StoreFailed(StoreVerb verb, StoreFailure failure) =>
        _storeErrors.Add(1, new("operation", verb.Label()), new("failure", failure.Label()));

    public void ConfigurationTaken()
    {
        Volatile.Write(ref _lastReloadFailed, 0);
        _reloads.Add(1, new KeyValuePair<string, object?>("result", "taken"));
    }

    public void ConfigurationRejected()
    {
        Volatile.Write(ref _lastReloadFailed, 1);
        _reloads.Add(1, new KeyValuePair<string, object?>("result", "rejected"));
    }

    public void RecordUnreadable(SealDefect defect) => _unreadable.Add(1, new KeyValuePair<string, object?>("defect", LabelOf(defect)));

    public void SubjectErased(int records) => _subjectRecordsErased.Add(records);

    public void SubjectNotErased() => _subjectErasuresFailed.Add(1);

    public void KeyRingTaken() => _keyRings.Add(1, new KeyValuePair<string, object?>("result", "taken"));

    public void KeyRingRejected() => _keyRings.Add(1, new KeyValuePair<string, object?>("result", "rejected"));

    public void LogEventDropped() => _logEventsDropped.Add(1);

    public void ConsoleLinesLost(int lines) => _logEventsLost.Add(lines, new KeyValuePair<string, object?>("target", "console"));

    public void FileLinesLost(int lines) => _logEventsLost.Add(lines, new KeyValuePair<string, object?>("target", "file"));

    public void MeasurementDropped() => _dropped.Add(1);

    public void Dispose() => Meter.Dispose();

    private void DeferredWrite(long count, DeferredEnd end, string result) => _deferredWrites.Add(count, new("end", LabelOf(end)), new("result", result));

    private static string LabelOf(DeferredEnd end) => end switch
    {
        DeferredEnd.Answer => "answer",
        DeferredEnd.Doubt => "doubt",
        DeferredEnd.Release => "release",
        _ => throw new InvalidOperationException($"no label for {end}"),
    };

    private static string LabelOf(SealDefect defect) => defect switch
    {
        SealDefect.NotSealed => "not_sealed",
        SealDefect.Emptied => "emptied",
        SealDefect.UnknownKey => "unknown_key",
        SealDefect.Damaged => "damaged",
        _ => throw new InvalidOperationException($"no label for {defect}"),
    };
}
