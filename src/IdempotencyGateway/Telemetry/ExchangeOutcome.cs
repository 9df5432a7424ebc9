namespace IdempotencyGateway.Telemetry;

/// <summary>How a request ended: a closed set, the same in metrics, logs and traces.</summary>
public enum ExchangeOutcome
{
    /// <summary>The client was gone before it could be answered.</summary>
    ClientGone,

    /// <summary>The provider answered, and its answer is recorded.</summary>
    Executed,

    /// <summary>The provider's answer has a status that the route does not treat as final: the key is free.</summary>
    Released,

    /// <summary>The provider answered, but the answer is not recorded (yet).</summary>
    Unrecorded,

    /// <summary>Answered with the recorded answer of an earlier request.</summary>
    Replayed,

    /// <summary>Forwarded without a record: route or method is not guarded, or the request has no key and needs none.</summary>
    Unguarded,

    /// <summary>Forwarded without protection, because the store is down and the route is configured to pass requests through.</summary>
    PassedThrough,

    /// <summary>Forwarded without a record, and no answer came.</summary>
    Unanswered,

    /// <summary>Answered by the gateway's own configuration (a transform); nothing was sent.</summary>
    AnsweredHere,

    /// <summary>The first request with this key is still under way.</summary>
    InProgress,

    /// <summary>The key was used for another request.</summary>
    Mismatch,

    /// <summary>An earlier request with this key was sent, and its outcome is unknown.</summary>
    InDoubt,

    /// <summary>This request was sent, and its outcome is unknown.</summary>
    OutcomeUnknown,

    /// <summary>The provider's answer broke off while it was streamed to the client; the record says that there was one.</summary>
    CutShort,

    /// <summary>Answered before, and the answer was not kept.</summary>
    NotRetained,

    /// <summary>Answered before, and the record was erased.</summary>
    Erased,

    /// <summary>Provably never sent; the key is free.</summary>
    Unreachable,

    /// <summary>The store was unavailable; nothing was sent.</summary>
    StoreUnavailable,

    /// <summary>Rejected at intake: the problem's code says why.</summary>
    Refused,

    /// <summary>Blocked by the route's fraud profile; nothing was sent, and the key is free.</summary>
    Blocked,

    /// <summary>No route matches.</summary>
    NoRoute,

    /// <summary>A bug of the gateway.</summary>
    Failed,
}
