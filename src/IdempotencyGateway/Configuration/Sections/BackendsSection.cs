using System.Collections.Frozen;
using IdempotencyGateway.Configuration.Reading;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>Reads logical providers, each made of several YARP clusters.</summary>
internal static class BackendsSection
{
    private const int MaxBackends = 256;
    private const int MaxClusters = 16;

    private static readonly ValueForm<int> Weight = ValueForms.Integer(1, 1000);
    private static readonly ValueForm<string> Name = ValueForms.Text("a name, such as DE", text => text.Trim().Length is > 0 and <= 256);

    private static readonly ValueForm<ValueSource> Source = new(
        "a place in the request: header:<name>, json:/<pointer>, form:<field> or caller",
        ValueSource.TryParse,
        source => source.ToString())
    {
        Shape = new("string") { Pattern = "^((header|json|form):.+|caller)$" },
    };

    public static FrozenDictionary<string, BackendPolicy> Read(SectionReader section, IReadOnlyList<ClusterConfig> clusters)
    {
        var backends = new Dictionary<string, BackendPolicy>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in section.Names)
        {
            var entry = section.Section(name);
            var rules = entry.Sections("Rules", min: 1, max: 64)?.Select(rule => ReadRule(rule, clusters)).OfType<BackendRule>().ToArray() ?? [];
            var otherwise = ReadChoice(entry, clusters);
            if (entry.AreRight("Rules", "Split", "Failover") && rules.Length == 0 && otherwise is null)
                entry.Reject("Split", "is missing, and there are no Rules either: name at least one cluster with its weight, { \"eu\": 1 }.");
            backends.Add(name, new(name, rules, otherwise));
        }
        if (backends.Count > MaxBackends)
            section.Reject(backends.Keys.Last(), $"is one of {backends.Count} backends: write at most {MaxBackends}.");
        return backends.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static BackendRule? ReadRule(SectionReader rule, IReadOnlyList<ClusterConfig> clusters)
    {
        var source = rule.Required("If", Source);
        var values = rule.List("Is", Name, min: 1, max: 256);
        var choice = ReadChoice(rule, clusters);
        if (values is null && rule.AreRight("Is"))
            rule.Reject("Is", "is missing: write the values that this rule is for, [\"DE\", \"FR\"].");
        if (choice is null && rule.AreRight("Split", "Failover"))
            rule.Reject("Split", "is missing: name at least one cluster with its weight, { \"eu\": 1 }.");
        return source is null || values is null || choice is null ? null : new(source, values.ToFrozenSet(StringComparer.OrdinalIgnoreCase), choice);
    }

    private static BackendChoice? ReadChoice(SectionReader section, IReadOnlyList<ClusterConfig> clusters)
    {
        var split = section.Section("Split");
        var shares = split.Names.Order(StringComparer.OrdinalIgnoreCase).Select(cluster => new WeightedCluster(cluster, split.Value(cluster, 1, Weight))).ToArray();
        foreach (var share in shares)
        {
            if (WrongWith(share.Cluster, clusters) is { } wrong)
                split.Reject(share.Cluster, wrong);
        }

        var failover = section.List("Failover", Name, min: 0, max: MaxClusters) ?? [];
        foreach (var cluster in failover)
        {
            if (WrongWith(cluster, clusters) is { } wrong)
                section.Reject("Failover", wrong);
        }
        if (shares.Length > MaxClusters)
            section.Reject("Split", $"names {shares.Length} clusters: write at most {MaxClusters}.");
        if (failover.Count > 0 && shares.Length == 0)
            section.Reject("Failover", "needs a Split beside it: name there the clusters that are tried first.");
        return shares.Length == 0 ? null : new(shares, failover);
    }

    /// <summary>Why requests cannot be routed to the cluster of this name; null when they can.</summary>
    internal static string? WrongWith(string name, IReadOnlyList<ClusterConfig> clusters)
    {
        var cluster = clusters.FirstOrDefault(c => c.ClusterId.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (cluster is null)
            return NearestName.Unknown(name, "ReverseProxy:Clusters", clusters.Select(c => c.ClusterId));
        return cluster.SessionAffinity is { Enabled: true } ? $"names \"{name}\", which has SessionAffinity: that would choose another destination. Remove one of the two." : null;
    }
}
