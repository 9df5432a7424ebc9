namespace IdempotencyGateway.DryRuns;

/// <summary>What became of a request, as far as a guard would remember it.</summary>
internal enum SeenState
{
    UnderWay,

    /// <summary>Its client left, and took the call along. A guarded call would have run on, so that the key is neither free nor in doubt.</summary>
    Left,

    /// <summary>By an answer that the route calls final.</summary>
    Answered,

    /// <summary>The key is free.</summary>
    Released,

    /// <summary>Sent, outcome unknown.</summary>
    InDoubt,
}
