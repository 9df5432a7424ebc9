using IdempotencyGateway.Exchange;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace IdempotencyGateway.Forwarding;

/// <summary>Makes the plan of where a guarded request may be sent.</summary>
public sealed class DestinationPlans(IProxyStateLookup clusters, IEnumerable<ILoadBalancingPolicy> balancers)
{
    private readonly Dictionary<string, ILoadBalancingPolicy> _balancers = balancers.ToDictionary(b => b.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Points the request at the first place of the plan.</summary>
    internal DestinationPlan Begin(HttpContext context, GuardedRequest request)
    {
        var risky = RiskyClusters(request);
        if (request.Backends is not { } choice)
            return DestinationPlan.AsBalanced(context, risky);
        var order = choice.OrderFor(request.StorageKey).Select(Find).OfType<ClusterState>().ToArray();
        var others = choice.Clusters.Select(Find).OfType<ClusterState>();
        return DestinationPlan.Through(context, [.. order.SelectMany(cluster => Balance(context, cluster))], [.. order.Concat(others).Concat(risky).Distinct()]);
    }

    /// <summary>Where an earlier attempt may have been sent because of what it was found to be.</summary>
    private IReadOnlyList<ClusterState> RiskyClusters(GuardedRequest request) =>
        request.Report.Route.Profile is { Clusters: { Count: > 0 } risky } ? [.. risky.Select(Find).OfType<ClusterState>()] : [];

    /// <summary>Sends a request that has no record to another cluster, where its load balancer chooses. Nowhere, when there is no such cluster any more.</summary>
    internal void Redirect(HttpContext context, string cluster) => DestinationPlan.AsBalanced(context).TryRedirect(this, cluster);

    /// <returns>Null when there is no such cluster.</returns>
    internal ClusterState? Find(string cluster) => clusters.TryGetCluster(cluster, out var state) ? state : null;

    /// <summary>The available destinations, the load balancer's choice first.</summary>
    internal IEnumerable<DestinationPlan.Place> Balance(HttpContext context, ClusterState cluster)
    {
        var available = cluster.DestinationsState.AvailableDestinations;
        if (available.Count == 0)
            return [];
        var balancer = _balancers[cluster.Model.Config.LoadBalancingPolicy ?? LoadBalancingPolicies.PowerOfTwoChoices];
        var first = balancer.PickDestination(context, cluster, available) ?? available[0];
        return available.Where(other => other != first).Prepend(first).Select(destination => new DestinationPlan.Place(cluster, destination));
    }
}

/// <summary>
/// Where one guarded request may be sent, in order. It moves on only when told that nothing was sent; a place that a record names is final, for the first
/// attempt may have been heard there.
/// </summary>
internal sealed class DestinationPlan
{
    /// <summary>Of one request: whoever waits for it would rather hear of a failure than of a tour.</summary>
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
    public bool TryRedirect(DestinationPlans plans, string cluster)
    {
        var found = plans.Find(cluster);
        Begin(found is null ? [] : [.. plans.Balance(_context, found)], found);
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
