namespace IdempotencyGateway.Stores;

/// <summary>Durations in whole milliseconds, as the stores keep them.</summary>
internal static class WholeMilliseconds
{
    /// <summary>Rounded up, so that a positive duration never becomes zero.</summary>
    public static long Of(TimeSpan duration) => (long)Math.Ceiling(duration.TotalMilliseconds);
}
