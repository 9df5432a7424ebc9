namespace IdempotencyGateway.Exchange;

/// <summary>Whether a request that was won may be sent: the outcome of step 6.</summary>
internal enum Clearance
{
    Send,

    /// <summary>Its profile does not let it through. Nothing was sent.</summary>
    Blocked,

    /// <summary>Its profile writes into the body, and this one cannot take it. Nothing was sent.</summary>
    Unfit,

    /// <summary>There is no memory left for the body that would be sent. Nothing was.</summary>
    OutOfMemory,

    /// <summary>The record is another owner's by now; nothing was sent by this one.</summary>
    Lost,

    /// <summary>The store cannot record that it is about to be sent, so it is not.</summary>
    StoreUnavailable,
}
