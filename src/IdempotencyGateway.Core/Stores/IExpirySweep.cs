namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// A store that must be swept to free the space of expired records. Expired records count as absent in any case;
/// a store that drops them by itself does not implement this.
/// </summary>
public interface IExpirySweep
{
    /// <summary>Examines the next few records, deletes the expired ones, and remembers where it stopped.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer. A later pass examines the same records again.</exception>
    ValueTask<SweepStep> SweepAsync(CancellationToken cancellation);
}

/// <summary>The result of one step of a sweep.</summary>
/// <param name="Examined">How many records were examined.</param>
/// <param name="Deleted">How many of them had expired and were deleted.</param>
/// <param name="PassEnded">Whether every record has been examined since the pass began. The next step begins a new pass.</param>
public readonly record struct SweepStep(int Examined, int Deleted, bool PassEnded);
