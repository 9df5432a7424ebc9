namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>How much of a velocity's weight a count earns.</summary>
public static class Velocity
{
    /// <param name="soft">Up to here nothing.</param>
    /// <param name="hard">From here on all of it; more than <paramref name="soft"/>.</param>
    /// <returns>0 to 1, in proportion between the two.</returns>
    public static double Share(long count, long soft, long hard) =>
        Math.Clamp((count - (double)soft) / Math.Max(1.0, (double)hard - soft), 0, 1);
}
