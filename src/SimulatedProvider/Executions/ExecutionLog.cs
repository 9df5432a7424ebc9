using System.Collections.Concurrent;

namespace SimulatedProvider.Executions;

/// <summary>
/// Counts what reached the provider and what it executed, in total and per operation label (<see cref="OperationLabel"/>). Tests assert
/// "sent at most once" by it. A <em>delivery</em> is a request whose headers arrived, whatever became of it; an <em>execution</em> is an
/// operation that had its effect, whether or not a client got the answer. Reading a decision has no effect; neither has a refusal.
/// </summary>
public sealed class ExecutionLog
{
    /// <summary>The most labels that are tracked. Further ones only count in the totals and in <see cref="Unlabelled"/>.</summary>
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

    /// <summary>How often a label was not tracked, because there were too many. Unless this is zero, counts per label may be too low.</summary>
    public long Unlabelled => Interlocked.Read(ref _unlabelled);

    /// <summary>Whether labels are tracked. If not, the members that report labels throw.</summary>
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

    /// <summary>The highest number of executions of any label; 0 when nothing was executed.</summary>
    /// <exception cref="InvalidOperationException">Started with totals only.</exception>
    public int MostExecuted()
    {
        var most = 0;
        foreach (var (_, tally) in Labels)
            most = Math.Max(most, tally.Snapshot().Executions);
        return most;
    }

    /// <summary>Every label with its counts, unsorted.</summary>
    /// <exception cref="InvalidOperationException">Started with totals only.</exception>
    public IEnumerable<KeyValuePair<string, OperationCount>> PerOperation() =>
        Labels.Select(label => KeyValuePair.Create(label.Key, label.Value.Snapshot()));

    /// <summary>Sets all counts to zero. Executions of requests under way are counted afterwards.</summary>
    public void Reset()
    {
        _labels?.Clear();
        Interlocked.Exchange(ref _labelCount, 0);
        Interlocked.Exchange(ref _unlabelled, 0);
        Executed.Reset();
        Delivered.Reset();
    }

    /// <returns>The label for <see cref="RecordExecution"/>; null when it is not tracked.</returns>
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
        // Looked up again, because a reset since the delivery has removed the tally, and the execution must still count.
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
