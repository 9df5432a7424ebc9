using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Resilience;

/// <summary>
/// Closed: operations pass. Open: they fail at once, while a probe of the circuit's own asks again and again, ever more slowly (half-open is the probe; no client's request is
/// spent on it). The first answer closes it.
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

    /// <exception cref="StoreUnavailableException">It is open.</exception>
    public void EnsureClosed()
    {
        if (_reason is { } reason)
            throw new StoreUnavailableException(StoreFailure.NotAsked, $"the store was not reachable a moment ago and is being tried again ({reason.Message})", reason);
    }

    public void Succeeded()
    {
        // Read first: every successful operation passes here, and nearly always there is nothing to write.
        if (Volatile.Read(ref _failures) != 0)
            Volatile.Write(ref _failures, 0);
    }

    /// <summary>A refusal is an answer: the store is there, and only what cannot be reached counts.</summary>
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
                // A refusal, or whatever else: it is there again, and each operation will hear for itself.
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
