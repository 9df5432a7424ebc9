namespace IdempotencyGateway.Recording;

/// <summary>The outcome that a deferred write records once the store is back.</summary>
public enum DeferredEnd
{
    /// <summary>The provider's answer, or a tombstone in its place. If this write is lost, retries learn only that the outcome is unknown.</summary>
    Answer,

    /// <summary>In doubt, which the lapse of the lease would lead to as well.</summary>
    Doubt,

    /// <summary>The key is freed. Until then its retries are told to come later.</summary>
    Release,
}
