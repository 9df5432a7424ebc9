namespace IdempotencyGateway.Core.Claims;

/// <summary>Where a record stands. The numbers are stored: never reuse one.</summary>
public enum RecordState
{
    /// <summary>An owner prepares; nothing was sent. Anyone may take over once its lease lapsed.</summary>
    Claimed = 1,

    /// <summary>The provider may have seen the request. Nobody may ever send again without leaving this state.</summary>
    Sent = 2,

    /// <summary>Answered; the response, or a tombstone saying why there is none, is kept. Never changes again but by erasure.</summary>
    Done = 3,

    /// <summary>May or may not have happened. Left by the owner's late word, by an operator, or by a route that forwards again.</summary>
    Doubt = 4,
}
