using System.Collections.Concurrent;
using System.Text;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>A MaxMind DB of the City, Enterprise or Country shape. Immutable; a look-up allocates nothing but each time zone's name once.</summary>
public sealed class LocationDatabase
{
    /// <summary>There are some 600 time zones; a file that has more has its names made anew each time.</summary>
    private const int MaxKeptZones = 2048;

    private readonly MmdbFile _file;
    private readonly ConcurrentDictionary<int, string> _zones = new();

    private LocationDatabase(MmdbFile file) => _file = file;

    public MmdbMetadata Metadata => _file.Metadata;

    /// <param name="file">The whole file; it must stay as it is for as long as this object is used.</param>
    /// <returns>Null, with what is wrong with it.</returns>
    public static LocationDatabase? TryOpen(ReadOnlyMemory<byte> file, out string? problem) =>
        MmdbShape.TryOpen(file, out problem, "City", "Enterprise", "Country") is { } opened ? new(opened) : null;

    public DatabaseAnswer Find(NetworkAddress address, out LocationAnswer answer)
    {
        answer = default;
        var found = _file.Find(address, out var record);
        if (found != DatabaseAnswer.Found)
            return found;
        var reader = new MmdbReader(_file.Data);
        var code = reader.Text(reader.Member(reader.Member(record, "country"u8), "iso_code"u8));
        var known = CountryCode.TryParse(code, out var country);
        var location = reader.Member(record, "location"u8);
        var latitude = reader.Number(reader.Member(location, "latitude"u8));
        var longitude = reader.Number(reader.Member(location, "longitude"u8));
        var radius = reader.Unsigned(reader.Member(location, "accuracy_radius"u8));
        var zone = reader.Text(reader.Member(location, "time_zone"u8), out var zoneAt);
        if (reader.IsCorrupt || (!known && !code.IsEmpty) || latitude is < -90 or > 90 || longitude is < -180 or > 180)
            return DatabaseAnswer.Corrupt;
        Place? place = latitude is { } north && longitude is { } east ? new(north, east, radius) : null;
        answer = new(country, place, zone.IsEmpty ? null : Zone(zoneAt, zone));
        return DatabaseAnswer.Found;
    }

    private string Zone(int at, ReadOnlySpan<byte> name)
    {
        if (_zones.TryGetValue(at, out var kept))
            return kept;
        var made = Encoding.UTF8.GetString(name);
        if (_zones.Count < MaxKeptZones)
            _zones.TryAdd(at, made);
        return made;
    }
}
