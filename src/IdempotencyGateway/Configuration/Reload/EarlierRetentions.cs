using System.Collections.Frozen;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Configuration.Reload;

/// <summary>
/// Keeps a route's earlier, shorter retentions after a reload. A record is kept for the retention at its creation. So after a reload that lengthens the retention, requests that were first sent
/// before it are still judged by the shorter one, until the longer one would refuse them, too.
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
        // The margin allows for clients' clocks that are ahead, and for requests that began under the earlier snapshot.
        return route with { Earlier = [.. still, .. was < becomes ? [new EarlierRetention(now + FirstSent.MostAhead, was)] : (EarlierRetention[])[]] };
    }
}
