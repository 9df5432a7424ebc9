namespace IdempotencyGateway.Core.Stores;

/// <summary>The counters about somebody: how often they were seen, since when, and where they were seen last. All zero for somebody who was never seen.</summary>
/// <param name="Minute">Events, or distinct values, in the last minute. Like the next two it is never too low, and too high by at most what happened in one step before the window.</param>
/// <param name="Hour">In the last hour.</param>
/// <param name="Day">In the last 24 hours.</param>
/// <param name="FirstSeen">By the store's clock, as Unix milliseconds; 0 for somebody who was never seen.</param>
/// <param name="IsNew">This sighting is the first one.</param>
/// <param name="LastPlace">The place of the latest earlier sighting that had one; 0 when there is none.</param>
/// <param name="SinceLastPlace">How long ago that sighting was; zero when there is none.</param>
public readonly record struct Track(
    int Minute, int Hour, int Day, long FirstSeen, bool IsNew, ulong LastPlace, TimeSpan SinceLastPlace)
{
    /// <summary>
    /// The windows slide in steps of 5 s, 5 min and 1 h. A window consists of the current step and as many whole steps before it as make up its length, so a
    /// count covers its window and up to one step more.
    /// </summary>
    public static readonly (TimeSpan Step, int Steps)[] Windows =
    [
        (TimeSpan.FromSeconds(5), 13), (TimeSpan.FromMinutes(5), 13), (TimeSpan.FromHours(1), 25),
    ];

    /// <summary>How many of the latest operations a track remembers, to not count a repetition again.</summary>
    public const int RememberedOperations = 16;

    /// <summary>
    /// How many of the latest distinct values (<see cref="Sighting.DistinctValue"/>) a track remembers, each with the time it was last seen. Up to this number its counts are exact,
    /// for windows that slide without steps; higher counts are capped at this number.
    /// </summary>
    public const int RememberedValues = 64;

    /// <summary>The longest window plus one step.</summary>
    public static readonly TimeSpan ShortestKeep = TimeSpan.FromHours(25);
}
