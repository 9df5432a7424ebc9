namespace SimulatedProvider.Faults;

/// <summary>
/// Decides which faults the next requests get: those of the request's own <c>X-Simulate</c> header, else those of the first armed rule that matches.
/// The control routes get none. Thread-safe.
/// </summary>
public sealed class FaultSwitches
{
    public const string Header = "X-Simulate";

    private readonly Lock _lock = new();
    private volatile FaultRule[] _rules = [];
    private volatile FaultGate _wordGate = new();

    /// <summary>The gate at which the word <c>hold</c> waits, in headers and in rules set over HTTP. <see cref="Clear"/> releases it and replaces it by a new, closed one.</summary>
    public FaultGate WordGate => _wordGate;

    /// <summary>The number of rules that are not used up.</summary>
    public int Armed => _rules.Count(rule => !rule.IsSpent);

    /// <summary>Applies <paramref name="fault"/> to the next <paramref name="times"/> matching requests that no earlier rule takes.</summary>
    public FaultRule Next(Fault fault, int times = 1, RequestMatch? match = null)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        return Arm(new FaultRule([fault], match ?? RequestMatch.Any, times));
    }

    /// <summary>Applies <paramref name="fault"/> to all matching requests that no earlier rule takes, until it is cleared.</summary>
    public FaultRule UntilCleared(Fault fault, RequestMatch? match = null)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return Arm(new FaultRule([fault], match ?? RequestMatch.Any, times: null));
    }

    /// <summary>Disarms all rules and releases their gates. Requests that already have other faults keep them.</summary>
    public void Clear() => Replace(_ => []);

    /// <summary>Clears, and arms the rules that <paramref name="make"/> builds with the new gate for the word <c>hold</c>.</summary>
    internal void Replace(Func<FaultGate, FaultRule[]> make)
    {
        FaultRule[] old;
        FaultGate oldGate;
        lock (_lock)
        {
            (old, oldGate) = (_rules, _wordGate);
            var gate = new FaultGate();
            _rules = make(gate);
            _wordGate = gate;
        }
        oldGate.Release();
        foreach (var rule in old)
            rule.ReleaseGates();
    }

    /// <summary>The faults for this request, in order; usually empty.</summary>
    /// <returns>Null when the header asks for a fault that is unknown or impossible for this request; <paramref name="wrong"/> says why.</returns>
    internal IReadOnlyList<Fault>? TryTakeFor(HttpContext context, out string? wrong)
    {
        wrong = null;
        var asked = context.Request.Headers[Header];
        if (asked.Count > 0)
            return FromHeader(asked.ToString(), context, out wrong);
        foreach (var rule in _rules)
        {
            if (rule.TryTake(context))
                return rule.Faults;
        }
        return [];
    }

    private IReadOnlyList<Fault>? FromHeader(string asked, HttpContext context, out string? wrong)
    {
        if (FaultWords.TryParse(asked, _wordGate, out wrong) is not { } faults)
            return null;
        wrong = faults.Select(fault => fault.ReasonNotFor(context)).FirstOrDefault(reason => reason is not null);
        return wrong is null ? faults : null;
    }

    private FaultRule Arm(FaultRule rule)
    {
        lock (_lock)
            _rules = [.. _rules.Where(armed => !armed.IsSpent), rule];
        return rule;
    }
}
