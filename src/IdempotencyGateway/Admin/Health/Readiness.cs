using IdempotencyGateway.Configuration;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Fraud.Services;
using IdempotencyGateway.Fraud.Sources;
using IdempotencyGateway.Housekeeping;

namespace IdempotencyGateway.Admin.Health;

/// <summary>
/// Judges whether the gateway should get new work: the store answers, a provider can be asked, and it is not shutting down. One provider of several that is down is a
/// warning: the others' requests, and every replay, are still answered.
/// </summary>
internal sealed class Readiness(StoreProbe store, DestinationHealth destinations, ExchangesUnderWay exchanges, SnapshotSource snapshots, SourceFiles sources, RiskServices services)
{
    public async Task<ReadyAnswer> JudgeAsync() => ReadyAnswer.Of(
        await store.AskAsync(),
        Config(),
        Destinations(),
        exchanges.Draining ? new(false, "it is shutting down") : new(true));

    /// <summary>The configuration in force is always a valid one; a newer one that was refused is a warning.</summary>
    private PartAnswer Config()
    {
        var warnings = new List<string>();
        if (Effective.ReloadAnswer.Of(snapshots) is { Problems.Count: > 0 } refused)
            warnings.Add($"the configuration was changed and is wrong in {refused.Problems.Count} places; the earlier one stays in force");
        // Verdicts are marked as degraded meanwhile, and a profile may refuse such requests; others go on.
        warnings.AddRange(sources.Problems.Select(problem => $"risk source {problem}"));
        warnings.AddRange(services.LeftAlone.Select(name => $"risk service {name} fails and is left alone for the moment"));
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
