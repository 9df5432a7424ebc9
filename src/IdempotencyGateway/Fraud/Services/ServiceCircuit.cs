namespace IdempotencyGateway.Fraud.Services;

/// <summary>Opens after some failures in a row; then one request at a time finds out whether the service is back.</summary>
/// <param name="name">The service's, for people.</param>
internal sealed class ServiceCircuit(string name, TimeProvider clock)
{
    private const int FailuresToOpen = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private int _failures;
    private long _openedAt;

    public string Name => name;

    /// <summary>The service is left alone now.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_lock)
                return _failures == FailuresToOpen && clock.GetElapsedTime(_openedAt) < Pause;
        }
    }

    /// <returns>False while the service is left alone.</returns>
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
