using SimulatedProvider.Executions;

namespace SimulatedProvider.Faults;

/// <summary>Faults for future requests that match, for a number of them or until cleared.</summary>
public sealed class FaultRule
{
    private readonly RequestMatch _match;
    private int _remaining;

    internal FaultRule(IReadOnlyList<Fault> faults, RequestMatch match, int? times)
    {
        Faults = faults;
        _match = match;
        _remaining = times ?? int.MaxValue;
        IsLimited = times is not null;
    }

    /// <summary>The faults, in the order in which they are applied (those before executing first).</summary>
    public IReadOnlyList<Fault> Faults { get; }

    /// <summary>How many requests the rule was applied to. Wait on it to know that one has arrived. The faults occur once the request is read.</summary>
    public ObservedCounter Taken { get; } = new();

    internal bool IsSpent => Volatile.Read(ref _remaining) <= 0;

    private bool IsLimited { get; }

    internal bool TryTake(HttpContext context)
    {
        if (IsSpent || !_match.Matches(context.Request) || Faults.Any(fault => fault.ReasonNotFor(context) is not null))
            return false;
        if (IsLimited && Interlocked.Decrement(ref _remaining) < 0)
            return false;
        Taken.Increment();
        return true;
    }

    internal void ReleaseGates()
    {
        foreach (var hold in Faults.OfType<Fault.Hold>())
            hold.Gate.Release();
    }
}
