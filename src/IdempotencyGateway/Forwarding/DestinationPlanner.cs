using IdempotencyGateway.Exchange;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace IdempotencyGateway.Forwarding;

/// <summary>Plans to which destinations a guarded request may be sent, and in which order.</summary>
public sealed class DestinationPlanner(IProxyStateLookup clusters, IEnumerable<ILoadBalancingPolicy> balancers)
{
    private readonly Dictionary<string, ILoadBalancingPolicy> _balancers = balancers.ToDictionary(b => b.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes the plan and points the request at its first destination.</summary>
    internal DestinationPlan Begin(HttpContext context, GuardedRequest request)
    {
        var risky = RiskyClusters(request);
        if (request.Backends is not { } choice)
            return DestinationPlan.AsBalanced(context, risky);
        var order = choice.OrderFor(request.StorageKey).Select(Find).OfType<ClusterState>().ToArray();
        var others = choice.Clusters.Select(Find).OfType<ClusterState>();
        return DestinationPlan.Through(context, [.. order.SelectMany(cluster => Balance(context, cluster))], [.. order.Concat(others).Concat(risky).Distinct()]);
    }

    /// <summary>The clusters to which the fraud profile may have redirected an earlier attempt.</summary>
    private IReadOnlyList<ClusterState> RiskyClusters(GuardedRequest request) =>
        request.Report.Route.Profile is { Clusters: { Count: > 0 } risky } ? [.. risky.Select(Find).OfType<ClusterState>()] : [];

    /// <summary>Redirects a request without a record to another cluster, whose load balancer chooses the destination. If the cluster no longer exists, no destination is left.</summary>
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
