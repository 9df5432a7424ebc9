namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// Groups callers under one WAIT: whoever joins before it is issued shares it, and whoever comes later shares the next. WAIT covers all that its connection wrote
/// before, so it has to be issued after each of them wrote, and on the same connection.
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
        // Answers come in batches: let the others of this one join.
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
