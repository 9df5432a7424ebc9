namespace IdempotencyGateway.Tests.Testing;

/// <summary>A one-shot event that a test opens to let waiting code continue. Tests use it instead of sleeping.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the gate opens. A gate never closes again.</summary>
    public Task Opened => _opened.Task;

    public void Open() => _opened.TrySetResult();
}
