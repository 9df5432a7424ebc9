namespace IdempotencyGateway.DryRuns;

/// <summary>The state that the record of a guarded request would be in.</summary>
internal enum SeenState
{
    UnderWay,

    /// <summary>The client disconnected, which ended the call. A guarded call would have continued, so the key counts neither as free nor as in doubt.</summary>
    Left,

    /// <summary>The provider's answer is final on this route.</summary>
    Answered,

    /// <summary>The key is free.</summary>
    Released,

    /// <summary>Sent, outcome unknown.</summary>
    InDoubt,
}
