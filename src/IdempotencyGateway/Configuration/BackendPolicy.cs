using System.Collections.Frozen;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Configuration;

/// <summary>Several clusters that stand for one logical provider, and which of them a request may go to.</summary>
/// <param name="Rules">The first that fits decides.</param>
/// <param name="Otherwise">For a request that no rule fits; null refuses it.</param>
public sealed record BackendPolicy(string Name, IReadOnlyList<BackendRule> Rules, BackendChoice? Otherwise)
{
    /// <summary>Every cluster that it names.</summary>
    public IEnumerable<string> Clusters => Rules.Select(rule => rule.Then).Append(Otherwise).OfType<BackendChoice>().SelectMany(choice => choice.Clusters).Distinct(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Requests that say one of these values at this place go there, and nowhere else.</summary>
/// <param name="Is">Compared without case.</param>
public sealed record BackendRule(ValueSource If, FrozenSet<string> Is, BackendChoice Then);

/// <summary>The clusters that a request may go to. What is not named here it never reaches, whatever fails.</summary>
/// <param name="Split">Shares of the requests; not empty.</param>
/// <param name="Failover">Tried in this order, and only while it is proven that nothing was sent.</param>
public sealed record BackendChoice(IReadOnlyList<WeightedCluster> Split, IReadOnlyList<string> Failover)
{
    public IEnumerable<string> Clusters => Split.Select(share => share.Cluster).Concat(Failover);

    /// <summary>The clusters in the order in which this record's request tries them. A function of the key: repeated calls begin at the same one.</summary>
    public IReadOnlyList<string> OrderFor(StorageKey key)
    {
        var first = Draw(key.Digest.D);
        return [first, .. Failover.Where(cluster => !cluster.Equals(first, StringComparison.OrdinalIgnoreCase))];
    }

    /// <param name="random">Uniform: digests are.</param>
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
