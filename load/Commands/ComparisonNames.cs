using System.Diagnostics.CodeAnalysis;
using IdempotencyGateway.Load.Comparisons;
using IdempotencyGateway.Load.Scenarios;

namespace IdempotencyGateway.Load.Commands;

/// <summary>Resolves the arguments of <c>compare</c>. Comparisons are named like-this and scenarios LikeThis, so their names cannot be confused.</summary>
internal static class ComparisonNames
{
    public static bool TryResolve(
        IReadOnlyList<string> names, [NotNullWhen(true)] out IReadOnlyList<Comparison>? comparisons, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        comparisons = names.Count == 0 ? ComparisonList.All : null;
        if (comparisons is not null)
            return true;
        var named = names.Select(ComparisonList.Find).ToArray();
        var scenarios = names.Select(ScenarioList.Find).ToArray();
        if (named.All(comparison => comparison is not null))
            comparisons = [.. named.Select(comparison => comparison!)];
        else if (scenarios is [{ } ours, { } baseline])
            comparisons = [Pair(ours, baseline)];
        else if (scenarios is [{ Baseline: { } its } alone])
            comparisons = [Pair(alone, its)];
        else
            problem = Explain(names, named, scenarios);
        return comparisons is not null;
    }

    private static SideBySide Pair(Scenario ours, Scenario baseline) => SideBySide.Throughput($"{ours.Name}/{baseline.Name}", ours, baseline);

    private static string Explain(IReadOnlyList<string> names, Comparison?[] comparisons, Scenario?[] scenarios)
    {
        var unknown = names.Where((_, i) => comparisons[i] is null && scenarios[i] is null).ToArray();
        return unknown.Length > 0 ? $"there is no comparison or scenario {string.Join(" or ", unknown)}; 'list' shows all names"
            : scenarios is [{ } alone] ? $"{alone.Name} has no baseline; name a second scenario to compare it with"
            : "name either comparisons, or at most two scenarios";
    }
}
