using System.Collections.Frozen;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Configuration;

/// <summary>A logical provider made of several clusters, with rules about which of them a request may be sent to.</summary>
/// <param name="Rules">The first rule that matches decides.</param>
/// <param name="Otherwise">For a request that no rule matches; null refuses it.</param>
public sealed record BackendPolicy(string Name, IReadOnlyList<BackendRule> Rules, BackendChoice? Otherwise)
{
    /// <summary>All clusters that the policy names.</summary>
    public IEnumerable<string> Clusters => Rules.Select(rule => rule.Then).Append(Otherwise).OfType<BackendChoice>().SelectMany(choice => choice.Clusters).Distinct(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Requests with one of the values <paramref name="Is"/> at the place <paramref name="If"/> are sent only to the clusters of <paramref name="Then"/>.</summary>
/// <param name="Is">Compared without case.</param>
public sealed record BackendRule(ValueSource If, FrozenSet<string> Is, BackendChoice Then);

/// <summary>The clusters that a request may be sent to. It is never sent to any other cluster, whatever fails.</summary>
/// <param name="Split">Weighted clusters that share the requests; not empty.</param>
/// <param name="Failover">Clusters that are tried afterwards, in this order, and only as long as it is proven that nothing was sent.</param>
public sealed record BackendChoice(IReadOnlyList<WeightedCluster> Split, IReadOnlyList<string> Failover)
{
    public IEnumerable<string> Clusters => Split.Select(share => share.Cluster).Concat(Failover);

    /// <summary>The clusters in the order in which this record's request tries them. The order depends on the key only, so a retry begins at the same cluster.</summary>
    public IReadOnlyList<string> OrderFor(StorageKey key)
    {
        var first = Draw(key.Digest.D);
        return [first, .. Failover.Where(cluster => !cluster.Equals(first, StringComparison.OrdinalIgnoreCase))];
    }

    /// <param name="random">A part of a digest, so it is uniformly distributed.</param>
    private string Draw(ulong random)
    {
        var left = random % (ulong)Split.Sum(share => (long)share.Weight);
        foreach (var (cluster, weight) in Split)
        {
            if (left < (ulong)weight)
                return cluster;
            left -= (ulong)weight;
        }
        throw new InvalidOperationException("the shares do not add up to their sum");
    }
}

/// <param name="Weight">Above zero.</param>
public sealed record WeightedCluster(string Cluster, int Weight);
