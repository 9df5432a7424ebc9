using System.Collections.Concurrent;

namespace SimulatedProvider.Executions;

/// <summary>
/// What reached the provider and what it did, in total and per operation label (<see cref="OperationLabel"/>): the witness of every
/// "sent at most once". A <em>delivery</em> is a request whose headers arrived, whatever came of it; an <em>execution</em> is an
/// operation that had its effect, whether or not anybody got the answer. Reading a decision has no effect; neither has a refusal.
/// </summary>
public sealed class ExecutionLog
{
    /// <summary>Labels beyond this many are counted in the totals and in <see cref="Unlabelled"/> only.</summary>
    public const int MaxLabels = 1_000_000;

    private readonly ConcurrentDictionary<string, Tally>? _labels;
    private int _labelCount;
    private long _unlabelled;

    internal ExecutionLog(bool perOperation) =>
        _labels = perOperation ? new ConcurrentDictionary<string, Tally>(StringComparer.Ordinal) : null;

    /// <summary>All executions.</summary>
    public ObservedCounter Executed { get; } = new();

    /// <summary>All deliveries.</summary>
    public ObservedCounter Delivered { get; } = new();

    /// <summary>Executions in total.</summary>
    public long Total => Executed.Value;

    /// <summary>Deliveries in total.</summary>
    public long Deliveries => Delivered.Value;

    /// <summary>Deliveries that found no room for their label: while this is not zero, per-label answers are too small.</summary>
    public long Unlabelled => Interlocked.Read(ref _unlabelled);

    /// <summary>Whether labels are counted at all; if not, every question about them throws.</summary>
    public bool CountsPerOperation => _labels is not null;

    /// <summary>How many labels were seen.</summary>
    /// <exception cref="InvalidOperationException">Started with totals only.</exception>
    public int LabelCount => Labels.Count;

    private ConcurrentDictionary<string, Tally> Labels =>
        _labels ?? throw new InvalidOperationException("this provider was started with CountPerOperation off: only totals are known");

    /// <summary>Executions under one label.</summary>
    /// <exception cref="InvalidOperationException">Started with totals only.</exception>
    public int CountFor(string label) => Labels.TryGetValue(label, out var tally) ? tally.Snapshot().Executions : 0;

    /// <summary>Deliveries under one label.</summary>
    /// <exception cref="InvalidOperationException">Started with totals only.</exception>
    public int DeliveriesFor(string label) => Labels.TryGetValue(label, out var tally) ? tally.Snapshot().Deliveries : 0;

    /// <summary>The executions of the label that has the most; 0 when nothing was executed.</summary>
    /// <exception cref="InvalidOperationException">Started with totals only.</exception>
    public int MostExecuted()
    {
        var most = 0;
        foreach (var (_, tally) in Labels)
            most = Math.Max(most, tally.Snapshot().Executions);
        return most;
    }

    /// <summary>Every label with its counts, in no order.</summary>
    /// <exception cref="InvalidOperationException">Started with totals only.</exception>
    public IEnumerable<KeyValuePair<string, OperationCount>> PerOperation() =>
        Labels.Select(label => KeyValuePair.Create(label.Key, label.Value.Snapshot()));

    /// <summary>Back to zero. Requests still under way count from here on.</summary>
    public void Reset()
    {
        _labels?.Clear();
        Interlocked.Exchange(ref _labelCount, 0);
        Interlocked.Exchange(ref _unlabelled, 0);
        Executed.Reset();
        Delivered.Reset();
    }

    /// <returns>The label to execute under; null when labels are not counted or there is no room for this one.</returns>
    internal string? RecordDelivery(HttpRequest request)
    {
        var label = _labels is null ? null : OperationLabel.Of(request);
        var tally = label is null ? null : TallyFor(label);
        tally?.Deliver();
        Delivered.Increment();
        return tally is null ? null : label;
    }

    internal void RecordExecution(string? label)
    {
        // Looked up again, not carried along: a reset in between must not swallow the execution.
        if (label is not null)
            TallyFor(label)?.Execute();
        Executed.Increment();
    }

    private Tally? TallyFor(string label)
    {
        if (Labels.TryGetValue(label, out var known))
            return known;
        if (Volatile.Read(ref _labelCount) >= MaxLabels)
        {
            Interlocked.Increment(ref _unlabelled);
            return null;
        }
        var added = new Tally();
        var tally = Labels.GetOrAdd(label, added);
        if (ReferenceEquals(tally, added))
            Interlocked.Increment(ref _labelCount);
        return tally;
    }

    private sealed class Tally
    {
        private int _executions;
        private int _deliveries;

        public void Execute() => Interlocked.Increment(ref _executions);

        public void Deliver() => Interlocked.Increment(ref _deliveries);

        public OperationCount Snapshot() => new(Volatile.Read(ref _executions), Volatile.Read(ref _deliveries));
    }
}
