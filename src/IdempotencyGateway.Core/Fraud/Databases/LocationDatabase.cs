using System.Collections.Concurrent;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>A MaxMind DB of the City, Enterprise or Country shape. Immutable; a look-up allocates nothing but what is kept of the first records that are read.</summary>
public sealed class LocationDatabase
{
    /// <summary>Most requests come from few places, and a place's record, with its names in eight languages, takes longer to read than to find.</summary>
    private const int MaxKeptAnswers = 4096;

    private readonly MmdbFile _file;
    private readonly ConcurrentDictionary<int, LocationAnswer> _kept = new();
    private int _keptCount;

    private LocationDatabase(MmdbFile file) => _file = file;

    /// <param name="file">The whole file; it must stay as it is for as long as this object is used.</param>
    /// <returns>Null, with what is wrong with it.</returns>
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

    /// <returns>Null for what cannot be.</returns>
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
