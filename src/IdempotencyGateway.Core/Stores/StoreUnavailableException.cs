namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// The store could not answer. Unless the failure says otherwise nobody knows whether the operation ran, so the caller asks again
/// with the same owner, or treats it as not granted. It never means "no".
/// </summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException(StoreFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    public StoreFailure Failure { get; }

    /// <summary>It was asked and said no, perhaps because of this record: another one may be taken.</summary>
    public bool ConcernsOneRecord => Failure is StoreFailure.Full or StoreFailure.Refused;
}

/// <summary>Why a store could not answer.</summary>
public enum StoreFailure
{
    /// <summary>Not reachable or timed out: the operation may have run.</summary>
    Unreachable,

    /// <summary>Turned away before it was asked (its queue is full, its circuit is open, it is closing): the operation did not run.</summary>
    NotAsked,

    /// <summary>No room: nothing new is claimed, and a response that does not fit may still leave its tombstone.</summary>
    Full,

    /// <summary>Reachable, but it refuses or cannot be trusted (read-only, corrupt, wrong version).</summary>
    Refused,
}
