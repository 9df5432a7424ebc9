namespace IdempotencyGateway.Fraud.Services;

/// <summary>A circuit breaker for one service. It opens after several failures in a row; after each pause, one request probes whether the service is back.</summary>
/// <param name="name">The service's name, for display.</param>
internal sealed class ServiceCircuit(string name, TimeProvider clock)
{
    private const int FailuresToOpen = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private int _failures;
    private long _openedAt;

    public string Name => name;

    /// <summary>Whether requests to the service are being rejected now.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
                return _failures == FailuresToOpen && clock.GetElapsedTime(_openedAt) < Pause;
        }
    }

    /// <returns>False while the circuit is open. After true, <see cref="Leave"/> must be called.</returns>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_failures < FailuresToOpen)
                return true;
            if (clock.GetElapsedTime(_openedAt) < Pause)
                return false;
            _openedAt = clock.GetTimestamp();
            return true;
        }
    }

    public void Leave(bool succeeded)
    {
        lock (_lock)
        {
            _failures = succeeded ? 0 : Math.Min(FailuresToOpen, _failures + 1);
            if (_failures == FailuresToOpen)
                _openedAt = clock.GetTimestamp();
        }
    }
}
