using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Claims;

/// <summary>The leader of a single-flight group: of all concurrent requests with this key and fingerprint in this process, the only one that asks the store. Its duplicates wait here for the result.</summary>
public sealed class Leader(StorageKey key, Fingerprint fingerprint)
{
    private LeaderResult? _result;

    // Created by the first waiter, because most leaders have no duplicates.
    private TaskCompletionSource? _published;

    internal (StorageKey, Fingerprint) Identity => (key, fingerprint);

    /// <summary>Publishes the result to all waiters. Later calls have no effect.</summary>
    public void Publish(LeaderResult result)
    {
        // Sets the result first and then reads the task source; a waiter sets the task source first and then reads the result. So no wake-up is lost.
        if (Interlocked.CompareExchange(ref _result, result, null) is null)
            Volatile.Read(ref _published)?.TrySetResult();
    }

    /// <returns>The result, or null when the wait timed out or the waiter was cancelled.</returns>
    public async Task<LeaderResult?> WaitAsync(TimeSpan timeout, TimeProvider clock, CancellationToken waiterLeft)
    {
        var own = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var published = Interlocked.CompareExchange(ref _published, own, null) ?? own;
        if (Volatile.Read(ref _result) is null)
            await published.Task.WaitAsync(timeout, clock, waiterLeft).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Volatile.Read(ref _result);
    }
}
