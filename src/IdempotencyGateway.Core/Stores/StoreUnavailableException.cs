namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// The store could not answer. Unless <see cref="Failure"/> says otherwise, the operation may or may not have run, so the caller repeats it
/// with the same owner, or treats the permission as not granted. It never means "no".
/// </summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException(StoreFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    public StoreFailure Failure { get; }

    /// <summary>The store refused the operation, perhaps only because of this record. An operation on another record may succeed.</summary>
    public bool ConcernsOneRecord => Failure is StoreFailure.Full or StoreFailure.Refused;
}

/// <summary>Why a store could not answer.</summary>
public enum StoreFailure
{
    /// <summary>Not reachable, or timed out. The operation may have run.</summary>
    Unreachable,

    /// <summary>The operation was rejected before it reached the store (queue full, circuit open, shutting down). It did not run.</summary>
    NotAsked,

    /// <summary>The store is full. No new record can be claimed; in place of a response that does not fit, its tombstone may still fit.</summary>
    Full,

    /// <summary>The store is reachable, but refuses or cannot be trusted (read-only, corrupt, wrong version).</summary>
    Refused,
}
