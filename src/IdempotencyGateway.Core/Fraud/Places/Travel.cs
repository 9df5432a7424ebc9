using IdempotencyGateway.Core.Fraud.Databases;

namespace IdempotencyGateway.Core.Fraud.Places;

/// <summary>Computes how fast somebody would have had to travel between two places.</summary>
public static class Travel
{
    /// <summary>No airliner sustains a higher ground speed.</summary>
    public const double ImpossibleFromKmh = 1000;

    /// <summary>The assumed accuracy of a place without one. Databases often get no more than the region right.</summary>
    public const double UnknownRadiusKm = 500;

    private const double EarthRadiusKm = 6371;
    private static readonly TimeSpan LeastTime = TimeSpan.FromMinutes(1);

    /// <summary>The great-circle distance between the two points, without their accuracy.</summary>
    public static double DistanceKm(Place from, Place to)
    {
        var (north, south) = (double.DegreesToRadians(from.Latitude), double.DegreesToRadians(to.Latitude));
        var halfUp = Math.Sin((south - north) / 2);
        var halfAcross = Math.Sin(double.DegreesToRadians(to.Longitude - from.Longitude) / 2);
        var chord = (halfUp * halfUp) + (Math.Cos(north) * Math.Cos(south) * halfAcross * halfAcross);
        return 2 * EarthRadiusKm * Math.Asin(Math.Sqrt(Math.Min(1, chord)));
    }

    /// <summary>
    /// The lowest speed that explains both places: the distance between the nearest points of their circles of accuracy, over the time. Less than a minute counts as a minute, because the clocks of
    /// machines differ. The order of the two does not matter.
    /// </summary>
    /// <returns>km/h; 0 when the circles touch.</returns>
    public static double SpeedKmh(Place from, Place to, TimeSpan between)
    {
        var distance = DistanceKm(from, to) - (from.RadiusKm ?? UnknownRadiusKm) - (to.RadiusKm ?? UnknownRadiusKm);
        var hours = Math.Max(LeastTime.TotalHours, Math.Abs(between.TotalHours));
        return Math.Max(0, distance) / hours;
    }
}
