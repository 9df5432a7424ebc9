using SimulatedProvider.Executions;

namespace SimulatedProvider.Faults;

/// <summary>Faults armed for some of the requests to come, a number of times or until cleared.</summary>
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

    /// <summary>What its requests suffer, in this order (those before executing first).</summary>
    public IReadOnlyList<Fault> Faults { get; }

    /// <summary>How many requests the rule has taken; wait on it to know that one has arrived. It strikes once the request is read.</summary>
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
