using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class RedLockSection
{
    private const int MostNodes = 7;

    /// <summary>A reservation must outlive both rounds, slow nodes included, by a wide margin.</summary>
    private const int TimeoutsPerClaim = 10;

    private static readonly ValueForm<TimeSpan> Timeout = ValueForms.Duration(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10));
    private static readonly ValueForm<TimeSpan> ClaimTtl = ValueForms.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));

    /// <param name="inUse">Whether the store is of this kind, so that nodes are required.</param>
    public static RedLockSnapshot Read(SectionReader section, bool inUse)
    {
        var defaults = new RedLockSnapshot();
        var redLock = new RedLockSnapshot
        {
            Nodes = section.List("Nodes", RedisSection.Server, 3, MostNodes) ?? defaults.Nodes,
            Timeout = section.Value("Timeout", defaults.Timeout, Timeout),
            ClaimTtl = section.Value("ClaimTtl", defaults.ClaimTtl, ClaimTtl),
            KeyPrefix = section.Value("KeyPrefix", defaults.KeyPrefix, RedisSection.KeyPrefix),
        };
        if (section.AreRight("Nodes"))
            CheckNodes(section, redLock.Nodes, inUse);
        if (section.AreRight("Timeout", "ClaimTtl") && redLock.ClaimTtl < redLock.Timeout * TimeoutsPerClaim)
            section.Reject("ClaimTtl", $"is shorter than {TimeoutsPerClaim} times Timeout ({DurationText.Format(redLock.Timeout)}), so a reservation could end before its claim is decided: raise it.");
        return redLock;
    }

    private static void CheckNodes(SectionReader section, IReadOnlyList<RedisAddress> nodes, bool inUse)
    {
        if (nodes.Count == 0 && inUse)
            section.Reject("Nodes", "is missing: Store:Kind RedLock needs 3, 5 or 7 independent Redis servers.");
        else if (nodes.Count > 0 && nodes.Count % 2 == 0)
            section.Reject("Nodes", $"has {nodes.Count} items: write 3, 5 or 7. An even number tolerates no more failures than one node fewer.");
        else if (nodes.Select(node => node.ToString()).Distinct(StringComparer.OrdinalIgnoreCase).Count() != nodes.Count)
            section.Reject("Nodes", "names a server twice: each node has one vote. Name different servers.");
    }
}
