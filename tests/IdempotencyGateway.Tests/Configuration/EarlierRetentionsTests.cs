using IdempotencyGateway.Configuration;
using IdempotencyGateway.Configuration.Reload;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Tests.Configuration;

/// <summary>After a reload lengthens a retention, the earlier one still applies to requests first sent before the reload, until the new one refuses them, too.</summary>
public sealed class EarlierRetentionsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_earlier_retention_is_dropped_once_the_longer_one_refuses_all_requests_sent_before_the_change()
    {
        var longer = EarlierRetentions.Carry(With(1), With(5), Noon);

        Assert.Equal(TimeSpan.FromHours(1), Route(longer).RetentionOf(Noon));
        Assert.Equal(TimeSpan.FromHours(5), Route(longer).RetentionOf(Noon + FirstSent.MostAhead));
        Assert.Single(Route(EarlierRetentions.Carry(longer, With(5), Noon + TimeSpan.FromHours(5))).Earlier);
        Assert.Empty(Route(EarlierRetentions.Carry(longer, With(5), Noon + TimeSpan.FromHours(6))).Earlier);
    }

    [Fact]
    public void A_retention_that_becomes_shorter_or_stays_carries_no_earlier_one()
    {
        Assert.Empty(Route(EarlierRetentions.Carry(With(5), With(1), Noon)).Earlier);
        Assert.Empty(Route(EarlierRetentions.Carry(With(5), With(5), Noon)).Earlier);
    }

    [Fact]
    public void A_request_first_sent_between_two_changes_is_held_to_the_retention_of_that_time()
    {
        var route = Route(EarlierRetentions.Carry(EarlierRetentions.Carry(With(1), With(5), Noon), With(24), Noon + TimeSpan.FromHours(2)));

        Assert.Equal(
            [1, 5, 24],
            ((int[])[0, 1, 3]).Select(hours => (int)route.RetentionOf(Noon + TimeSpan.FromHours(hours)).TotalHours));
    }

    private static GuardedRoute Route(GatewaySnapshot snapshot) => snapshot.GuardedRoutes.Values.Single();

    private static GatewaySnapshot With(int hours)
    {
        var snapshot = GatewayFile.LoadValid($"Idempotency:Policies:create:Retention={hours}h");
        Assert.Single(snapshot.GuardedRoutes);
        return snapshot;
    }
}
