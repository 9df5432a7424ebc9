namespace IdempotencyGateway.Core.Claims;

/// <summary>The state of a record. The numbers are stored: never reuse one.</summary>
public enum RecordState
{
    /// <summary>An owner prepares to send; nothing was sent. Once its lease has lapsed, anyone may take over.</summary>
    Claimed = 1,

    /// <summary>The provider may have seen the request. While the record is in this state, only its current owner may send.</summary>
    Sent = 2,

    /// <summary>Answered. The record holds the response, or a tombstone that says why there is none. Only erasure changes it.</summary>
    Done = 3,

    /// <summary>The provider may or may not have acted. Ended by a late completion of its owner, by an operator, or by a claim of a route that forwards again.</summary>
    Doubt = 4,
}
