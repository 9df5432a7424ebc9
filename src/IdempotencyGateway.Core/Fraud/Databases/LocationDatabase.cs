using System.Collections.Concurrent;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>A MaxMind DB of the type City, Enterprise or Country. The file is immutable. A look-up allocates nothing, except for caching the first records that are read.</summary>
public sealed class LocationDatabase
{
    /// <summary>Cached, because most requests come from few places, and decoding a place's record, with its names in eight languages, takes longer than finding it.</summary>
    private const int MaxKeptAnswers = 4096;

    private readonly MmdbFile _file;
    private readonly ConcurrentDictionary<int, LocationAnswer> _kept = new();
    private int _keptCount;

    private LocationDatabase(MmdbFile file) => _file = file;

    /// <param name="file">The whole file; it must not change while this object is used.</param>
    /// <returns>Null when the file is unusable; <paramref name="problem"/> says why.</returns>
    public static LocationDatabase? TryOpen(ReadOnlyMemory<byte> file, out string? problem) =>
        MmdbShape.TryOpen(file, out problem, "City", "Enterprise", "Country") is { } opened ? new(opened) : null;

    public DatabaseAnswer Find(NetworkAddress address, out LocationAnswer answer)
    {
        answer = default;
        var found = _file.Find(address, out var record);
        if (found != DatabaseAnswer.Found || _kept.TryGetValue(record, out answer))
            return found;
        if (Read(record) is not { } read)
            return DatabaseAnswer.Corrupt;
        answer = read;
        if (Volatile.Read(ref _keptCount) < MaxKeptAnswers && _kept.TryAdd(record, answer))
            Interlocked.Increment(ref _keptCount);
        return DatabaseAnswer.Found;
    }

    /// <returns>Null when the record is damaged or its values are impossible.</returns>
    private LocationAnswer? Read(int record)
    {
        var reader = new MmdbReader(_file.Data);
        var code = reader.Text(reader.Member(reader.Member(record, "country"u8), "iso_code"u8));
        var known = CountryCode.TryParse(code, out var country);
        var location = reader.Member(record, "location"u8);
        var latitude = reader.Number(reader.Member(location, "latitude"u8));
        var longitude = reader.Number(reader.Member(location, "longitude"u8));
        var radius = reader.Unsigned(reader.Member(location, "accuracy_radius"u8));
        if (reader.IsCorrupt || (!known && !code.IsEmpty) || latitude is < -90 or > 90 || longitude is < -180 or > 180)
            return null;
        return new(country, latitude is { } north && longitude is { } east ? new Place(north, east, radius) : null);
    }
}
