namespace IdempotencyGateway.Recording;

/// <summary>What a record is to end with once the store is back.</summary>
public enum DeferredEnd
{
    /// <summary>The provider's answer, or the fact of one. If it is lost, nobody can be told what the provider said.</summary>
    Answer,

    /// <summary>In doubt, as the lapse of the lease would leave it too.</summary>
    Doubt,

    /// <summary>Free again. Until then its retries are put off.</summary>
    Release,
}
