namespace IdempotencyGateway.Limits;

/// <summary>The resources that are limited: a closed set, with the same names in the configuration, in metrics and in answers.</summary>
public enum LimitedThing
{
    /// <summary>Clients' connections.</summary>
    Connections,

    /// <summary>Requests from head to answer, guarded or not.</summary>
    Requests,

    /// <summary>Guarded requests that ask the store and the provider.</summary>
    Executions,

    /// <summary>Duplicates that wait for another request's answer.</summary>
    Waiters,

    /// <summary>Keys that the store does not know yet, in a window of time.</summary>
    NewKeys,

    /// <summary>Memory for request bodies.</summary>
    BufferedBodies,

    /// <summary>Memory for answers that are not recorded yet.</summary>
    HeldAnswers,
}
