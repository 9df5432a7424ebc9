using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Claims;

/// <summary>The signals of a store that only one process uses: no other process changes its records, so there is nothing to hear, and waiting for a change is a plain delay.</summary>
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
