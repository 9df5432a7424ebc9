using System.Globalization;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// Checks how Redis is set up. A Redis that is set up as a cache drops records, and the retry of a dropped record is executed again. So the gateway refuses to start on a Redis
/// that may lose records, unless the configuration allows each such weakness by name.
/// </summary>
internal static class StartupChecks
{
    /// <exception cref="StoreUnavailableException">The message names everything that is wrong, what to change, and what would override it.</exception>
    /// <exception cref="TimeoutException">A master does not answer.</exception>
    public static async Task RunAsync(RedisLink link, TimeProvider clock)
    {
        var masters = link.Masters.ToArray();
        if (masters.Length == 0)
            throw RedisFailures.FromReply("READONLY", link.Where);
        var problems = new List<string>();
        foreach (var master in masters)
            problems.AddRange(Judge(await ServerFacts.AskAsync(master, link.Connecting, clock), link.Options));
        if (problems.Count > 0)
            throw new StoreUnavailableException(StoreFailure.Refused, string.Join(Environment.NewLine, problems));
    }

    /// <summary>Everything that is wrong with one server. Pure.</summary>
    internal static IEnumerable<string> Judge(ServerFacts facts, RedisSnapshot options)
    {
        var name = $"Redis at {facts.Name}: ";
        if (!options.Allow.Contains(RedisAllowance.Eviction) && facts.EvictionPolicy != "noeviction")
            yield return name + DescribeEviction(facts.EvictionPolicy) + Override(RedisAllowance.Eviction);
        if (!options.Allow.Contains(RedisAllowance.NoPersistence) && !facts.AppendOnly && string.IsNullOrEmpty(facts.SnapshotRules))
            yield return name + DescribePersistence(facts.SnapshotRules) + Override(RedisAllowance.NoPersistence);
        if (!options.Allow.Contains(RedisAllowance.FewReplicas) && facts.AttachedReplicas < options.DurableReplicas)
            yield return name + DescribeReplicas(facts.AttachedReplicas, options.DurableReplicas) + Override(RedisAllowance.FewReplicas);
        if (facts.IsCluster && options.Database != 0)
            yield return name + "it is a Cluster, which has only database 0; set Store:Redis:Database to 0.";
        if (facts.IsCluster && options.User is not null)
            yield return name + "it is a Cluster, and the client library in use connects to a Cluster only as the user \"default\"; restrict that user, and leave Store:Redis:User out.";
    }

    private static string DescribeEviction(string? policy) => policy is null
        ? "it does not report its maxmemory-policy; make sure that it is noeviction."
        : $"maxmemory-policy is {policy}, so it drops records when its memory is full, and their keys would run again; set maxmemory-policy noeviction.";

    private static string DescribePersistence(string? rules) => rules is null
        ? "appendonly is no, and it does not report whether it writes snapshots (CONFIG is forbidden); make sure that it is persistent, best by appendonly yes."
        : "persistence is off, so a restart loses every record; set appendonly yes (and see appendfsync).";

    private static string DescribeReplicas(int attached, int needed) => string.Create(
        CultureInfo.InvariantCulture,
        $"it has {attached} replicas online and Store:Redis:Durability:Replicas needs {needed}, so nothing would ever be sent; attach replicas, or lower it.");

    private static string Override(RedisAllowance name) => $" To start all the same, add \"{name}\" to Store:Redis:Allow.";
}
