namespace IdempotencyGateway.Core.Stores;

/// <summary>
/// The store could not answer. After this nobody knows whether the operation ran, so the caller asks again
/// with the same owner, or treats it as not granted. It never means "no".
/// </summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException(StoreFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    public StoreFailure Failure { get; }
}

/// <summary>Why a store could not answer.</summary>
public enum StoreFailure
{
    /// <summary>Not reachable, timed out, or shutting down.</summary>
    Unreachable,

    /// <summary>No room: nothing new is claimed, and a response that does not fit may still leave its tombstone.</summary>
    Full,

    /// <summary>Reachable, but it refuses or cannot be trusted (read-only, corrupt, wrong version).</summary>
    Refused,
}
