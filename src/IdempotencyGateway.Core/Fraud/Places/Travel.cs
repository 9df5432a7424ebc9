using IdempotencyGateway.Core.Fraud.Databases;

namespace IdempotencyGateway.Core.Fraud.Places;

/// <summary>How fast somebody would have had to be.</summary>
public static class Travel
{
    /// <summary>No airliner flies faster over ground for long.</summary>
    public const double ImpossibleFromKmh = 1000;

    /// <summary>How far off a place may be of which nobody says it: databases are often right about no more than the part of the country.</summary>
    public const double UnknownRadiusKm = 500;

    private const double EarthRadiusKm = 6371;
    private static readonly TimeSpan LeastTime = TimeSpan.FromMinutes(1);

    /// <summary>Between the two points themselves, over the surface of a sphere.</summary>
    public static double DistanceKm(Place from, Place to)
    {
        var (north, south) = (double.DegreesToRadians(from.Latitude), double.DegreesToRadians(to.Latitude));
        var halfUp = Math.Sin((south - north) / 2);
        var halfAcross = Math.Sin(double.DegreesToRadians(to.Longitude - from.Longitude) / 2);
        var chord = (halfUp * halfUp) + (Math.Cos(north) * Math.Cos(south) * halfAcross * halfAcross);
        return 2 * EarthRadiusKm * Math.Asin(Math.Sqrt(Math.Min(1, chord)));
    }

    /// <summary>
    /// The least speed that explains both places: between the nearest points of the two circles. Less than a minute counts as a minute, because clocks of
    /// machines differ; which of the two was first does not matter.
    /// </summary>
    /// <returns>km/h; 0 when the circles touch.</returns>
    public static double SpeedKmh(Place from, Place to, TimeSpan between)
    {
        var distance = DistanceKm(from, to) - (from.RadiusKm ?? UnknownRadiusKm) - (to.RadiusKm ?? UnknownRadiusKm);
        var hours = Math.Max(LeastTime.TotalHours, Math.Abs(between.TotalHours));
        return Math.Max(0, distance) / hours;
    }
}
