using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Stores;

/// <summary>One event to count about somebody, or a look-up of the counters without counting.</summary>
/// <param name="Who">The key of the counter.</param>
/// <param name="Operation">Identifies the event. If it is among the latest <see cref="Track.RememberedOperations"/> events, it is not counted again.</param>
public readonly record struct Sighting(SightingKey Who, ulong Operation)
{
    /// <summary>False for a look-up, which changes nothing.</summary>
    public bool Counts { get; init; } = true;

    /// <summary>Where the event took place, in an encoding of the caller's own; 0 when unknown or irrelevant.</summary>
    public ulong Place { get; init; }

    /// <summary>
    /// For a track that counts distinct values instead of events: the value seen now. 0 for a track that counts events. A track must not change between the two.
    /// </summary>
    public ulong DistinctValue { get; init; }

    /// <summary>How long the track is kept after its last sighting. Never less than the longest window.</summary>
    public TimeSpan Keep { get; init; } = Track.ShortestKeep;
}
