namespace IdempotencyGateway.Tests.Testing.Fleet;

internal enum FleetOutcome
{
    /// <summary>The provider's answer, recorded.</summary>
    Executed,

    /// <summary>The recorded answer.</summary>
    Replayed,

    /// <summary>The provider's answer; the store could not take it yet.</summary>
    Unrecorded,

    /// <summary>409 outcome-unknown.</summary>
    InDoubt,

    /// <summary>409 request-in-progress.</summary>
    InProgress,

    /// <summary>503 store-unavailable: nothing was sent.</summary>
    Refused,

    /// <summary>No answer: the gateway is gone, or went while it was asked.</summary>
    Unreached,
}
