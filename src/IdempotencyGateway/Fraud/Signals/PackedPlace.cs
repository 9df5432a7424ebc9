using IdempotencyGateway.Core.Fraud.Databases;

namespace IdempotencyGateway.Fraud.Signals;

/// <summary>Encodes a place in eight bytes for a store: coordinates in ten-thousandths of a degree (11 m), and the accuracy radius in whole kilometres. Never 0.</summary>
internal static class PackedPlace
{
    private const double StepsPerDegree = 10_000;
    private const int NoRadius = 0xFFFF;
    private const int LongitudeShift = 16;
    private const int LatitudeShift = 40;
    private const ulong Mark = 1UL << 63;

    public static ulong Pack(Place place)
    {
        var latitude = (ulong)Math.Round((place.Latitude + 90) * StepsPerDegree);
        var longitude = (ulong)Math.Round((place.Longitude + 180) * StepsPerDegree);
        var radius = place.RadiusKm is { } km ? (ulong)Math.Clamp(Math.Ceiling(km), 0, NoRadius - 1) : NoRadius;
        return Mark | (latitude << LatitudeShift) | (longitude << LongitudeShift) | radius;
    }

    public static Place Unpack(ulong packed)
    {
        var latitude = ((packed & ~Mark) >> LatitudeShift) / StepsPerDegree - 90;
        var longitude = ((packed >> LongitudeShift) & 0xFF_FFFF) / StepsPerDegree - 180;
        var radius = packed & 0xFFFF;
        return new(latitude, longitude, radius == NoRadius ? null : radius);
    }
}
