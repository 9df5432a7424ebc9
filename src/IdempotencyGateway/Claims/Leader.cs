using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Claims;

/// <summary>The one request of its kind that may go to the store from this process; its duplicates wait here.</summary>
public sealed class Leader(StorageKey key, Fingerprint fingerprint)
{
    private readonly TaskCompletionSource<LeaderNews> _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal (StorageKey, Fingerprint) Identity => (key, fingerprint);

    /// <summary>Only the first word counts.</summary>
    public void Publish(LeaderNews news) => _news.TrySetResult(news);

    /// <returns>The news, or null when the time ran out or the waiter left first.</returns>
    public async Task<LeaderNews?> WaitAsync(TimeSpan patience, TimeProvider clock, CancellationToken waiterLeft)
    {
        await ((Task)_news.Task.WaitAsync(patience, clock, waiterLeft)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _news.Task.IsCompletedSuccessfully ? await _news.Task : null;
    }
}
