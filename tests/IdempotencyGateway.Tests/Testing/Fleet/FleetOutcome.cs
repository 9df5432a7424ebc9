namespace IdempotencyGateway.Tests.Testing.Fleet;

/// <summary>What one request to a fleet came to.</summary>
internal enum FleetOutcome
{
    /// <summary>The provider's answer to this request, recorded.</summary>
    Executed,

    /// <summary>The answer recorded for an earlier request.</summary>
    Replayed,

    /// <summary>The provider's answer, which the store could not record yet.</summary>
    Unrecorded,

    /// <summary>409 outcome-unknown.</summary>
    InDoubt,

    /// <summary>409 request-in-progress.</summary>
    InProgress,

    /// <summary>503 store-unavailable: nothing was sent.</summary>
    Refused,

    /// <summary>No answer: the gateway was down, or went down during the request.</summary>
    Unreached,
}
