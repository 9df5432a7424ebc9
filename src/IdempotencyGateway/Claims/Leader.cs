using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Claims;

/// <summary>The one request of its kind that may go to the store from this process; its duplicates wait here.</summary>
public sealed class Leader(StorageKey key, Fingerprint fingerprint)
{
    private LeaderNews? _news;

    // Most leaders lead nobody, so it is made by the first who waits.
    private TaskCompletionSource? _bell;

    internal (StorageKey, Fingerprint) Identity => (key, fingerprint);

    /// <summary>Only the first word counts.</summary>
    public void Publish(LeaderNews news)
    {
        // The news first and the bell then, where a waiter does it the other way round: one of the two sees the other.
        if (Interlocked.CompareExchange(ref _news, news, null) is null)
            Volatile.Read(ref _bell)?.TrySetResult();
    }

    /// <returns>The news, or null when the time ran out or the waiter left first.</returns>
    public async Task<LeaderNews?> WaitAsync(TimeSpan patience, TimeProvider clock, CancellationToken waiterLeft)
    {
        var own = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var bell = Interlocked.CompareExchange(ref _bell, own, null) ?? own;
        if (Volatile.Read(ref _news) is null)
            await bell.Task.WaitAsync(patience, clock, waiterLeft).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Volatile.Read(ref _news);
    }
}
