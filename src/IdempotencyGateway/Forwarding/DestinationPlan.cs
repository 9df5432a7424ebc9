using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// The ordered destinations to which one guarded request may be sent. The request moves on to the next one only when it is proven that nothing was sent. When the record names a destination, the
/// request may go nowhere else, because an earlier attempt may have reached it.
/// </summary>
internal sealed class DestinationPlan
{
    /// <summary>The most destinations that one request tries: after so many, its client is better served by an error than by a longer wait.</summary>
    private const int MaxPlaces = 16;

    private readonly HttpContext _context;
    private readonly IReadOnlyList<ClusterState> _clusters;

    /// <summary>Null when the plan consists of the one destination that YARP's load balancer chose.</summary>
    private IReadOnlyList<Place>? _places;
    private int _at;

    private DestinationPlan(HttpContext context, IReadOnlyList<ClusterState> clusters) => (_context, _clusters) = (context, clusters);

    /// <summary>The current destination, as <see cref="ChosenDestination"/> names it; null when none is available.</summary>
    public string? Current => ChosenDestination.Of(_context);

    /// <summary>A plan of the one destination that YARP's load balancer chose.</summary>
    /// <param name="others">Further clusters to which a recorded destination may belong.</param>
    public static DestinationPlan AsBalanced(HttpContext context, IReadOnlyList<ClusterState>? others = null) => new(context, others ?? []);

    /// <summary>A plan of these destinations, in this order.</summary>
    /// <param name="clusters">All clusters to which a recorded destination may belong.</param>
    public static DestinationPlan Through(HttpContext context, IReadOnlyList<Place> places, IReadOnlyList<ClusterState> clusters)
    {
        var plan = new DestinationPlan(context, clusters);
        plan.Begin(places, clusters.Count > 0 ? clusters[0] : null);
        return plan;
    }

    /// <summary>Restricts the plan to the destination to which, by the record, an earlier attempt was sent.</summary>
    /// <returns>False when that destination is no longer configured. The request must then not be sent at all.</returns>
    public bool Pin(string? recorded)
    {
        if (recorded is null || recorded == Current)
            return true;
        // Past the end, so that TryMoveOn finds nothing.
        _at = int.MaxValue;
        foreach (var cluster in _places is null && _context.GetRouteModel().Cluster is { } balanced ? _clusters.Prepend(balanced) : _clusters)
        {
            foreach (var destination in cluster.DestinationsState.AllDestinations)
            {
                if (ChosenDestination.Name(cluster.ClusterId, destination) != recorded)
                    continue;
                Point(new(cluster, destination));
                return true;
            }
        }
        return false;
    }

    /// <summary>Replaces the plan by the destinations of one cluster. Not to be called for a request that may have been sent already.</summary>
    /// <returns>False when the cluster no longer exists, after a reload. The plan is then empty.</returns>
    public bool TryRedirect(DestinationPlanner planner, string cluster)
    {
        var found = planner.Find(cluster);
        Begin(found is null ? [] : [.. planner.Balance(_context, found)], found);
        return found is not null;
    }

    /// <summary>Points the request at the next destination and clears what the failed attempt left on the response.</summary>
    /// <returns>False when there is no next destination.</returns>
    public bool TryMoveOn()
    {
        if (_places is null || _at >= Math.Min(_places.Count, MaxPlaces) - 1)
            return false;
        Point(_places[++_at]);
        _context.Features.Set<IForwarderErrorFeature>(null);
        // The route's transforms have added their headers to the failure, and will add them again to the answer.
        _context.Response.Clear();
        return true;
    }

    /// <param name="cluster">The cluster to assign when there is no destination, so that the request does not go to the destination that YARP chose in the route's own cluster.</param>
    private void Begin(IReadOnlyList<Place> places, ClusterState? cluster)
    {
        (_places, _at) = (places, 0);
        if (places.Count > 0)
        {
            Point(places[0]);
            return;
        }
        if (cluster is not null)
            _context.ReassignProxyRequest(cluster);
        _context.GetReverseProxyFeature().AvailableDestinations = [];
    }

    private void Point(Place place)
    {
        _context.ReassignProxyRequest(place.Cluster);
        _context.GetReverseProxyFeature().AvailableDestinations = [place.Destination];
    }

    internal readonly record struct Place(ClusterState Cluster, DestinationState Destination);
}
