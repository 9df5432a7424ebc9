namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// A store that has to be walked for expired records to give their room back. Expired records count as absent in any case;
/// a store that drops them by itself does not implement this.
/// </summary>
public interface IExpirySweep
{
    /// <summary>Looks at the next few records, drops those that expired, and remembers where it stopped.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer; the same records come round in the next pass.</exception>
    ValueTask<SweepStep> SweepAsync(CancellationToken cancellation);
}

/// <summary>What one step of a sweep did.</summary>
/// <param name="Examined">Records looked at.</param>
/// <param name="Deleted">How many of them had expired.</param>
/// <param name="PassEnded">Every record has been looked at since the pass began; the next step begins a new one.</param>
public readonly record struct SweepStep(int Examined, int Deleted, bool PassEnded);
