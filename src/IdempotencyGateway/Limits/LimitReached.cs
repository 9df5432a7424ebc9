namespace IdempotencyGateway.Limits;

/// <summary>A limit that a request met. It has claimed nothing and was not sent.</summary>
/// <param name="OfCaller">The caller's own share is used up (429); else the gateway's total (503).</param>
/// <param name="Limit">How much of it there is.</param>
/// <param name="RetryAfter">When it is worth asking again.</param>
public sealed record LimitReached(LimitedThing Thing, bool OfCaller, long Limit, TimeSpan RetryAfter)
{
    /// <summary>What is under way ends in its own time; nobody knows it better than this.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
}
