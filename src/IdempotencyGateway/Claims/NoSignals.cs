using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Claims;

/// <summary>For a store that belongs to one process: no other process changes it, so waiting is a pause.</summary>
internal sealed class NoSignals(TimeProvider clock) : IRecordSignals
{
    public IDisposable OnOverruled(Action<StorageKey> hear) => NothingToEnd.Instance;

    public Task WaitForEndAsync(StorageKey key, TimeSpan atMost, CancellationToken cancellation) => Task.Delay(atMost, clock, cancellation);

    private sealed class NothingToEnd : IDisposable
    {
        public static readonly NothingToEnd Instance = new();

        public void Dispose()
        {
        }
    }
}
