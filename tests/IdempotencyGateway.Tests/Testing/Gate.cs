namespace IdempotencyGateway.Tests.Testing;

/// <summary>A point that nobody passes until the test says so: what tests use where others would sleep.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the gate opens; it stays open.</summary>
    public Task Opened => _opened.Task;

    public void Open() => _opened.TrySetResult();
}
