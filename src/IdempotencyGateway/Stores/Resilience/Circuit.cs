using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Resilience;

/// <summary>
/// A circuit breaker. While it is open, operations fail at once, and a background probe asks the store with exponential back-off. The first answer to the probe closes it. There is no
/// half-open state in which a client's request would be the probe.
/// </summary>
internal sealed class Circuit(CircuitOptions options, Func<CancellationToken, Task> probe, TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopped = new();
    private Task _probing = Task.CompletedTask;
    private int _failures;
    private volatile StoreUnavailableException? _reason;

    /// <summary>Called with the reason when it opens, with null when it closes; must not throw.</summary>
    public Action<StoreUnavailableException?>? Changed { get; set; }

    public bool IsOpen => _reason is not null;

    /// <exception cref="StoreUnavailableException">The circuit is open.</exception>
    public void EnsureClosed()
    {
        if (_reason is { } reason)
            throw new StoreUnavailableException(StoreFailure.NotAsked, $"the store was not reachable a moment ago and is being tried again ({reason.Message})", reason);
    }

    public void Succeeded()
    {
        // Read before writing: every successful operation comes here, and a needless write would contend for the cache line.
        if (Volatile.Read(ref _failures) != 0)
            Volatile.Write(ref _failures, 0);
    }

    /// <summary>Counts only failures to reach the store. A refusal is an answer, and shows that the store is there.</summary>
    public void Failed(StoreUnavailableException failure)
    {
        if (failure.Failure != StoreFailure.Unreachable)
        {
            Succeeded();
            return;
        }
        lock (_lock)
        {
            if (IsOpen || ++_failures < options.FailuresToOpen || _stopped.IsCancellationRequested)
                return;
            _reason = failure;
            _probing = ProbeAsync();
        }
        Changed?.Invoke(failure);
    }

    public async ValueTask DisposeAsync()
    {
        Task probing;
        await _stopped.CancelAsync();
        lock (_lock)
            probing = _probing;
        await probing;
        _stopped.Dispose();
    }

    private async Task ProbeAsync()
    {
        for (var pause = options.FirstPause; ; pause = pause * 2 < options.LongestPause ? pause * 2 : options.LongestPause)
        {
            await Task.Delay(pause, clock, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopped.IsCancellationRequested)
                return;
            try
            {
                await probe(_stopped.Token);
            }
            catch (StoreUnavailableException e) when (e.Failure == StoreFailure.Unreachable)
            {
                continue;
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                // A refusal, or another failure: the store answers again, and each operation will see its own result.
            }
            Close();
            return;
        }
    }

    private void Close()
    {
        lock (_lock)
        {
            _failures = 0;
            _reason = null;
        }
        Changed?.Invoke(null);
    }
}
