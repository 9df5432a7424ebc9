using SimulatedProvider.Executions;

namespace SimulatedProvider.Faults;

/// <summary>Holds requests until it is released. It cannot be closed again.</summary>
public sealed class FaultGate
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many requests have reached the closed gate. Wait on it to know that N are held.</summary>
    public ObservedCounter Held { get; } = new();

    /// <summary>Lets all waiting and later requests through.</summary>
    public void Release() => _released.TrySetResult();

    internal Task PassAsync(CancellationToken stopping)
    {
        if (_released.Task.IsCompleted)
            return Task.CompletedTask;
        Held.Increment();
        return _released.Task.WaitAsync(stopping);
    }
}
