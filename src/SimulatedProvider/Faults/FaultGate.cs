using SimulatedProvider.Executions;

namespace SimulatedProvider.Faults;

/// <summary>Holds requests until it is released, once and for all.</summary>
public sealed class FaultGate
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many requests have come to the closed gate; wait on it to know that N are held.</summary>
    public ObservedCounter Held { get; } = new();

    /// <summary>Lets everybody through, now and later.</summary>
    public void Release() => _released.TrySetResult();

    internal Task PassAsync(CancellationToken stopping)
    {
        if (_released.Task.IsCompleted)
            return Task.CompletedTask;
        Held.Increment();
        return _released.Task.WaitAsync(stopping);
    }
}
