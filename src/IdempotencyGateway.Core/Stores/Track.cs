namespace IdempotencyGateway.Core.Stores;

/// <summary>What is known about somebody: how often they were seen, since when, and where they were last seen. All zero for somebody who never was.</summary>
/// <param name="Minute">Sightings in the last minute, or different company. Like the next two it is never too low, and too high by at most what happened in one step before.</param>
/// <param name="Hour">In the last hour.</param>
/// <param name="Day">In the last 24 hours.</param>
/// <param name="FirstSeen">By the store's clock, as Unix milliseconds; 0 for somebody who was never seen.</param>
/// <param name="IsNew">This very sighting is the first.</param>
/// <param name="LastPlace">Where the sighting before this one was; 0 when none said.</param>
/// <param name="SinceLastPlace">How long ago that was; zero when there is none.</param>
public readonly record struct Track(
    int Minute, int Hour, int Day, long FirstSeen, bool IsNew, ulong LastPlace, TimeSpan SinceLastPlace)
{
    /// <summary>
    /// How the windows slide: in steps of 5 s, 5 min and 1 h. A window is the step that is under way and so many whole ones before it as make up its length, so a
    /// count covers its window and up to one step more.
    /// </summary>
    public static readonly (TimeSpan Step, int Steps)[] Windows =
    [
        (TimeSpan.FromSeconds(5), 13), (TimeSpan.FromMinutes(5), 13), (TimeSpan.FromHours(1), 25),
    ];

    /// <summary>The latest operations that a track remembers, so that a repetition among them is not counted again.</summary>
    public const int RememberedOperations = 16;

    /// <summary>
    /// A track of <see cref="Sighting.Company"/> knows the latest so many by name, each with when it was last seen: up to here its counts are exact, for windows that
    /// slide without steps, and beyond it they say this.
    /// </summary>
    public const int RememberedCompany = 64;

    /// <summary>The longest window and its last step.</summary>
    public static readonly TimeSpan ShortestKeep = TimeSpan.FromHours(25);
}
