using System.Collections.Frozen;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Configuration.Reload;

/// <summary>
/// Records live as long as the retention said when they were made. Where it becomes longer, what was sent first before is still held to the shorter one, until the longer one refuses it too.
/// </summary>
internal static class EarlierRetentions
{
    public static GatewaySnapshot Carry(GatewaySnapshot before, GatewaySnapshot next, DateTimeOffset now) => next with
    {
        GuardedRoutes = next.GuardedRoutes.Values.Select(route => Carry(before, route, now)).ToFrozenDictionary(route => route.RouteId, next.GuardedRoutes.Comparer),
    };

    private static GuardedRoute Carry(GatewaySnapshot before, GuardedRoute route, DateTimeOffset now)
    {
        if (!before.GuardedRoutes.TryGetValue(route.RouteId, out var earlier))
            return route;
        var (was, becomes) = (earlier.Policy.Retention, route.Policy.Retention);
        var still = earlier.Earlier.Where(one => one.Retention < was && one.Retention < becomes && now - one.Until <= becomes);
        // Clients' clocks may go ahead, and the change takes a moment.
        return route with { Earlier = [.. still, .. was < becomes ? [new EarlierRetention(now + FirstSent.MostAhead, was)] : (EarlierRetention[])[]] };
    }
}
