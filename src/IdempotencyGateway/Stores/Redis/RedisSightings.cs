using System.Buffers.Binary;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// Tracks in Redis, counted by all gateways together. One script call handles all of a request's sightings; on a Cluster, where they are on different nodes, there is one concurrent call for
/// each. Bounded: tracks are divided into parts by their first digits and by how long they are kept, and a full part evicts its least recently seen track. Nothing waits for replicas, because
/// a failover loses only part of a count, not a record.
/// </summary>
/// <param name="tracksInPart">The maximum per part. There are 4096 parts for each time to keep, and there are two such times.</param>
internal sealed class RedisSightings(RedisLink link, TimeProvider clock, int tracksInPart = RedisSightings.DefaultTracksInPart)
{
    /// <summary>About half a million tracks for each time to keep. With more, Redis would store a part's index in an encoding that takes several times the memory.</summary>
    public const int DefaultTracksInPart = 128;

    private const int KeysPerSighting = 2;
    private const int ArgumentsPerSighting = 5;

    private readonly bool _isCluster = link.Masters.Any(master => master.ServerType == ServerType.Cluster);

    public async ValueTask<Track[]> SeeAsync(ReadOnlyMemory<Sighting> sightings, CancellationToken cancellation)
    {
        if (sightings.Length == 0)
            return [];
        if (!_isCluster)
            return await RunAsync(sightings, cancellation);
        var each = new Task<Track[]>[sightings.Length];
        for (var i = 0; i < each.Length; i++)
            each[i] = RunAsync(sightings.Slice(i, 1), cancellation).AsTask();
        return [.. (await Task.WhenAll(each)).SelectMany(tracks => tracks)];
    }

    private async ValueTask<Track[]> RunAsync(ReadOnlyMemory<Sighting> sightings, CancellationToken cancellation)
    {
        var keys = new RedisKey[sightings.Length * KeysPerSighting];
        var arguments = new RedisValue[1 + sightings.Length * ArgumentsPerSighting];
        arguments[0] = tracksInPart;
        for (var i = 0; i < sightings.Length; i++)
        {
            var sighting = sightings.Span[i];
            var keep = (long)sighting.Keep.TotalMilliseconds;
            (keys[i * KeysPerSighting], keys[i * KeysPerSighting + 1]) = link.Names.OfTrack(sighting.Who.Digest, keep);
            var own = arguments.AsSpan(1 + i * ArgumentsPerSighting);
            own[0] = Bytes(sighting.Operation);
            own[1] = sighting.Counts ? "1" : "0";
            own[2] = sighting.Place == 0 ? "" : Bytes(sighting.Place);
            own[3] = keep;
            own[4] = sighting.DistinctValue == 0 ? "" : Bytes(sighting.DistinctValue);
        }
        return Read(await link.RunAsync(RecordScript.See, keys, arguments, clock, cancellation));
    }

    private static Track[] Read(RedisResult reply)
    {
        var items = (RedisResult[])reply;
        var tracks = new Track[items.Length];
        for (var i = 0; i < tracks.Length; i++)
        {
            var track = (RedisResult[])items[i];
            var place = (byte[])track[5];
            tracks[i] = new(
                Count(track[0]), Count(track[1]), Count(track[2]), (long)track[3], (int)track[4] == 1,
                place.Length == sizeof(ulong) ? BinaryPrimitives.ReadUInt64BigEndian(place) : 0, TimeSpan.FromMilliseconds((long)track[6]));
        }
        return tracks;
    }

    private static int Count(RedisResult count) => (int)Math.Min(int.MaxValue, (long)count);

    private static byte[] Bytes(ulong number)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return bytes;
    }
}
