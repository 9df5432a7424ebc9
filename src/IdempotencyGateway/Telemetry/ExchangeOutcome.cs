namespace IdempotencyGateway.Telemetry;

/// <summary>How a request ended: a closed set, the same in metrics, logs and traces.</summary>
public enum ExchangeOutcome
{
    /// <summary>Nobody was there to be answered any more.</summary>
    ClientGone,

    /// <summary>The provider answered, and its answer is recorded.</summary>
    Executed,

    /// <summary>The provider answered with what the route does not call final: the key is free.</summary>
    Released,

    /// <summary>The provider answered, and the store could not take it yet.</summary>
    Unrecorded,

    /// <summary>The recorded answer of an earlier request.</summary>
    Replayed,

    /// <summary>The route, the method or a missing key makes it none of the gateway's business.</summary>
    Unguarded,

    /// <summary>Forwarded without protection, because the store is down and the route says so.</summary>
    PassedThrough,

    /// <summary>Forwarded without a record, and no answer came.</summary>
    Unanswered,

    /// <summary>The gateway's own configuration answered (a transform), nothing was sent.</summary>
    AnsweredHere,

    /// <summary>The first with this key is still under way.</summary>
    InProgress,

    /// <summary>The key was used for another request.</summary>
    Mismatch,

    /// <summary>An earlier request with this key was sent, and nobody knows what came of it.</summary>
    InDoubt,

    /// <summary>This request was sent, and nobody knows what came of it.</summary>
    OutcomeUnknown,

    /// <summary>The provider's answer broke off while it streamed through; the record says that there was one.</summary>
    CutShort,

    /// <summary>Answered before, and the answer was not kept.</summary>
    NotRetained,

    /// <summary>Answered before, and the record was erased.</summary>
    Erased,

    /// <summary>Provably never sent; the key is free.</summary>
    Unreachable,

    /// <summary>The store could not be asked, nothing was sent.</summary>
    StoreUnavailable,

    /// <summary>Turned away at intake: the problem's code says why.</summary>
    Refused,

    /// <summary>Not let through by the route's fraud profile; nothing was sent, the key is free.</summary>
    Blocked,

    /// <summary>No route matches.</summary>
    NoRoute,

    /// <summary>A bug of the gateway.</summary>
    Failed,
}
