namespace IdempotencyGateway.Limits;

/// <summary>The limit that refused a request. The request has claimed nothing and was not sent.</summary>
/// <param name="OfCaller">True if the caller's own share is used up (429), false if the gateway's total is (503).</param>
/// <param name="Limit">The limit's value.</param>
/// <param name="RetryAfter">How long the client should wait before it tries again.</param>
public sealed record LimitReached(LimitedThing Thing, bool OfCaller, long Limit, TimeSpan RetryAfter)
{
    /// <summary>A guess, for limits on work under way: when that ends is not known.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
}
