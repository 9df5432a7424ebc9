namespace SimulatedProvider.Faults;

/// <summary>
/// What the next requests suffer. A request's own <c>X-Simulate</c> header comes first; else the first armed rule that matches it.
/// The control routes are never struck. Safe from any thread.
/// </summary>
public sealed class FaultSwitches
{
    public const string Header = "X-Simulate";

    private readonly Lock _lock = new();
    private volatile FaultRule[] _rules = [];
    private volatile FaultGate _wordGate = new();

    /// <summary>The gate behind the word <c>hold</c>, in headers and over HTTP. A clear releases it and closes a new one.</summary>
    public FaultGate WordGate => _wordGate;

    /// <summary>Rules that may still strike.</summary>
    public int Armed => _rules.Count(rule => !rule.IsSpent);

    /// <summary>The next <paramref name="times"/> matching requests suffer <paramref name="fault"/>, after the rules armed before.</summary>
    public FaultRule Next(Fault fault, int times = 1, RequestMatch? match = null)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        return Arm(new FaultRule([fault], match ?? RequestMatch.Any, times));
    }

    /// <summary>All matching requests suffer <paramref name="fault"/>, in so far as the rules armed before leave them.</summary>
    public FaultRule UntilCleared(Fault fault, RequestMatch? match = null)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return Arm(new FaultRule([fault], match ?? RequestMatch.Any, times: null));
    }

    /// <summary>Disarms every rule and releases every gate they had. Requests already struck by other faults stay struck.</summary>
    public void Clear() => Replace(_ => []);

    /// <summary>Clears, and arms what <paramref name="make"/> makes with the new gate for the word <c>hold</c>.</summary>
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

    /// <summary>What this request suffers, in order; empty as a rule.</summary>
    /// <returns>Null when its header asks for something that is unknown or cannot be, with a sentence in <paramref name="wrong"/>.</returns>
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
