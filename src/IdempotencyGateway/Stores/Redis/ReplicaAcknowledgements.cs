namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// Batches callers under one WAIT: those who join before it is issued share it, later ones share the next. WAIT covers everything that its connection has written
/// before, so it must be issued on the callers' connection and after all of their writes.
/// </summary>
/// <param name="wait">Issues one WAIT and returns how many replicas acknowledged.</param>
internal sealed class ReplicaAcknowledgements(Func<Task<long>> wait)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<long>? _next;
    private bool _running;

    /// <returns>How many replicas have everything that was written before this call.</returns>
    public Task<long> JoinAsync()
    {
        lock (_lock)
        {
            _next ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            var joined = _next.Task;
            if (!_running)
            {
                _running = true;
                _ = RunAsync();
            }
            return joined;
        }
    }

    private async Task RunAsync()
    {
        // Replies arrive in batches: let the other callers of this batch join first.
        await Task.Yield();
        while (TakeGroup() is { } group)
        {
            try
            {
                group.SetResult(await wait());
            }
            catch (Exception e)
            {
                group.SetException(e);
            }
        }
    }

    private TaskCompletionSource<long>? TakeGroup()
    {
        lock (_lock)
        {
            var group = _next;
            _next = null;
            _running = group is not null;
            return group;
        }
    }
}
