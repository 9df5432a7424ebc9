using IdempotencyGateway.Core.Fraud.Databases;
using IdempotencyGateway.Core.Fraud.Places;

namespace IdempotencyGateway.Core.Tests.Fraud.Places;

public sealed class TravelTests
{
    private static readonly Place Amsterdam = new(52.37, 4.90, 0);
    private static readonly Place Sydney = new(-33.87, 151.21, 0);

    [Theory]
    [InlineData(52.37, 4.90, 48.86, 2.35, 430)]
    [InlineData(52.37, 4.90, -33.87, 151.21, 16_640)]
    [InlineData(0, 0, 0, 180, 20_015)]
    [InlineData(90, 0, -90, 77, 20_015)]
    [InlineData(0, 179.5, 0, -179.5, 111)]
    [InlineData(51, 5, 51, 5, 0)]
    public void Distance_is_along_the_surface(double fromNorth, double fromEast, double toNorth, double toEast, double km) =>
        Assert.InRange(Travel.DistanceKm(new(fromNorth, fromEast, 0), new(toNorth, toEast, 0)), km * 0.995, (km * 1.005) + 0.1);

    [Fact]
    public void Speed_is_the_least_that_explains_both_places()
    {
        Assert.InRange(Travel.SpeedKmh(Amsterdam, Sydney, TimeSpan.FromHours(2)), 8_300, 8_340);
        Assert.InRange(Travel.SpeedKmh(Amsterdam with { RadiusKm = 640 }, Sydney with { RadiusKm = 1000 }, TimeSpan.FromHours(2)), 7_480, 7_520);
        Assert.InRange(Travel.SpeedKmh(Amsterdam with { RadiusKm = null }, Sydney with { RadiusKm = null }, TimeSpan.FromHours(2)), 7_800, 7_840);
        Assert.Equal(0, Travel.SpeedKmh(Amsterdam with { RadiusKm = 20_000 }, Sydney, TimeSpan.FromHours(2)));
        Assert.Equal(0, Travel.SpeedKmh(Amsterdam, Amsterdam, TimeSpan.Zero));
    }

    [Fact]
    public void Clocks_that_differ_make_no_speed_without_bounds()
    {
        var minute = Travel.SpeedKmh(Amsterdam, Sydney, TimeSpan.FromMinutes(1));

        Assert.Equal(minute, Travel.SpeedKmh(Amsterdam, Sydney, TimeSpan.Zero));
        Assert.Equal(minute, Travel.SpeedKmh(Amsterdam, Sydney, TimeSpan.FromSeconds(-30)));
        Assert.Equal(minute / 60, Travel.SpeedKmh(Sydney, Amsterdam, TimeSpan.FromHours(-1)), precision: 6);
        Assert.True(double.IsFinite(Travel.SpeedKmh(Amsterdam, Sydney, TimeSpan.MinValue)));
    }

    [Fact]
    public void It_is_never_negative_infinite_or_no_number() => Property.Holds(random =>
    {
        var speed = Travel.SpeedKmh(Any(random), Any(random), TimeSpan.FromSeconds(random.Next(-100, 100_000)));
        return double.IsFinite(speed) && speed >= 0;
    });

    private static Place Any(Random random) =>
        new(random.Next(-90, 91), random.Next(-180, 181), random.Next(3) == 0 ? null : random.Next(1000));
}
