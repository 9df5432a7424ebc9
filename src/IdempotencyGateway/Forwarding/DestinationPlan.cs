using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Where one guarded request may be sent, in order. It moves on only when told that nothing was sent; a place that a record names is final, for the first
/// attempt may have been heard there.
/// </summary>
internal sealed class DestinationPlan
{
    /// <summary>Tried for one request: its client would rather hear of a failure than wait for all of them.</summary>
    private const int MaxPlaces = 16;

    private readonly HttpContext _context;
    private readonly IReadOnlyList<ClusterState> _clusters;

    /// <summary>Null for the one place that YARP's load balancer has chosen.</summary>
    private IReadOnlyList<Place>? _places;
    private int _at;

    private DestinationPlan(HttpContext context, IReadOnlyList<ClusterState> clusters) => (_context, _clusters) = (context, clusters);

    /// <summary>As records name it; null when there is none, which forwarding will say.</summary>
    public string? Current => ChosenDestination.Of(_context);

    /// <summary>The one place that YARP's load balancer has chosen, and no other.</summary>
    /// <param name="others">Clusters in which a recorded destination may be, beside the one that is balanced.</param>
    public static DestinationPlan AsBalanced(HttpContext context, IReadOnlyList<ClusterState>? others = null) => new(context, others ?? []);

    /// <param name="clusters">All in which a recorded destination may be.</param>
    public static DestinationPlan Through(HttpContext context, IReadOnlyList<Place> places, IReadOnlyList<ClusterState> clusters)
    {
        var plan = new DestinationPlan(context, clusters);
        plan.Begin(places, clusters.Count > 0 ? clusters[0] : null);
        return plan;
    }

    /// <summary>Sends this request where the record says an earlier attempt was sent.</summary>
    /// <returns>False when that destination is no longer configured: then it must not be sent at all.</returns>
    public bool Pin(string? recorded)
    {
        if (recorded is null || recorded == Current)
            return true;
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

    /// <summary>The request goes to this cluster and to no other, whatever was planned. Not for one that may have been heard somewhere already.</summary>
    /// <returns>False, with nowhere to send it, when the cluster is gone: it was there when the configuration was read.</returns>
    public bool TryRedirect(DestinationPlanner planner, string cluster)
    {
        var found = planner.Find(cluster);
        Begin(found is null ? [] : [.. planner.Balance(_context, found)], found);
        return found is not null;
    }

    /// <summary>The request goes to the next place instead, as if it had not been tried before.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryMoveOn()
    {
        if (_places is null || _at >= Math.Min(_places.Count, MaxPlaces) - 1)
            return false;
        Point(_places[++_at]);
        _context.Features.Set<IForwarderErrorFeature>(null);
        // With what the route's transforms added to a failure, which they will add to the answer again.
        _context.Response.Clear();
        return true;
    }

    /// <param name="cluster">Where it would go if there were places: what YARP chose for the route's own cluster is not for this request.</param>
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
