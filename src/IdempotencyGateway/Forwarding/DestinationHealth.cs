using Yarp.ReverseProxy;

namespace IdempotencyGateway.Forwarding;

/// <summary>Counts, for each cluster, the destinations that YARP considers available at the moment.</summary>
internal sealed class DestinationHealth(IProxyStateLookup proxy)
{
    /// <summary>Ordered by name. Without health checks every destination counts as available.</summary>
    public IReadOnlyList<ClusterHealth> Clusters() =>
    [
        .. proxy.GetClusters()
            .Select(c => new ClusterHealth(c.ClusterId, c.DestinationsState.AllDestinations.Count, c.DestinationsState.AvailableDestinations.Count))
            .OrderBy(c => c.ClusterId, StringComparer.Ordinal),
    ];
}

internal readonly record struct ClusterHealth(string ClusterId, int Destinations, int Available);
