namespace IdempotencyGateway.Exchange;

/// <summary>Whether a request may be sent: the outcome of step 6 of <see cref="IdempotencyMiddleware"/>. Whatever is not <see cref="Send"/> means that this request was not sent.</summary>
internal enum Clearance
{
    Send,

    /// <summary>The fraud profile blocks it.</summary>
    Blocked,

    /// <summary>The fraud profile writes the verdict into the body, and this body cannot hold it.</summary>
    Unfit,

    /// <summary>The memory budget has no room for the body with the verdict in it.</summary>
    OutOfMemory,

    /// <summary>The record has passed to another owner.</summary>
    Lost,

    /// <summary>The store could not record that the request is about to be sent.</summary>
    StoreUnavailable,
}
