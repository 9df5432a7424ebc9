using IdempotencyGateway.Configuration;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Fraud.Services;
using IdempotencyGateway.Fraud.Sources;
using IdempotencyGateway.Housekeeping;

namespace IdempotencyGateway.Admin.Health;

/// <summary>
/// Decides whether the gateway should get new requests: the store answers, at least one cluster is available, and it is not shutting down. If only some clusters are
/// down, that is a warning: requests to the others, and all replays, are still answered.
/// </summary>
internal sealed class Readiness(StoreProbe store, DestinationHealth destinations, ExchangesUnderWay exchanges, SnapshotSource snapshots, SourceFiles sources, RiskServices services)
{
    public async Task<ReadyAnswer> JudgeAsync() => ReadyAnswer.Of(
        await store.AskAsync(),
        Config(),
        Destinations(),
        exchanges.Draining ? new(false, "it is shutting down") : new(true));

    /// <summary>The configuration in force is always valid. A newer one that was refused is a warning.</summary>
    private PartAnswer Config()
    {
        var warnings = new List<string>();
        if (Effective.ReloadAnswer.Of(snapshots) is { Problems.Count: > 0 } refused)
            warnings.Add($"the configuration was changed and has {refused.Problems.Count} mistakes; the earlier one stays in force");
        // Only warnings: verdicts are marked as degraded, and only profiles that refuse such verdicts refuse requests.
        warnings.AddRange(sources.Problems.Select(problem => $"risk source {problem}"));
        warnings.AddRange(services.LeftAlone.Select(name => $"risk service {name} fails and is not called for the moment"));
        return new(true, warnings.Count == 0 ? null : string.Join("; ", warnings));
    }

    private PartAnswer Destinations()
    {
        var clusters = destinations.Clusters();
        var down = clusters.Where(c => c.Available == 0).Select(c => c.ClusterId).ToArray();
        return down.Length == 0
            ? new(true)
            : new(down.Length < clusters.Count, $"no destination is available in {string.Join(", ", down)}");
    }
}
