using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>Somebody was seen, or is merely looked up.</summary>
/// <param name="Who">Whom the track is about.</param>
/// <param name="Operation">Names what they did: the same again within a track's memory for operations is the same sighting.</param>
public readonly record struct Sighting(SightingKey Who, ulong Operation)
{
    /// <summary>False only looks: it changes nothing.</summary>
    public bool Counts { get; init; } = true;

    /// <summary>Where it was, in a form that only the caller knows; 0 when it is not known or does not matter.</summary>
    public ulong Place { get; init; }

    /// <summary>
    /// Whom they were seen with, for a track that counts how many different ones there were instead of how often; 0 for one that counts sightings. A track is of one
    /// sort for all its life.
    /// </summary>
    public ulong Company { get; init; }

    /// <summary>How long the track is kept after its last sighting. Never less than the longest window.</summary>
    public TimeSpan Keep { get; init; } = Track.ShortestKeep;
}
