namespace IdempotencyGateway.Core.Stores;

/// <summary>A store that can count what is not done at little cost, whatever it holds that is. One that would have to walk its records does not implement this.</summary>
public interface IUnsettledCount
{
    /// <exception cref="StoreUnavailableException">The store cannot answer.</exception>
    ValueTask<UnsettledCounts> CountUnsettledAsync(CancellationToken cancellation);
}

/// <summary>Records that are not done, by state, at one moment.</summary>
/// <param name="InDoubt">The number an operator has to act on.</param>
public readonly record struct UnsettledCounts(long Claimed, long Sent, long InDoubt);
