using System.Collections.Frozen;
using IdempotencyGateway.Core.Fraud.Fields;

namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>
/// Computes a score from reasons, by the weight of each reason, the cap of each group, and the levels. Immutable and always valid.
/// <code>
/// of a group   G = min(cap, Σ weights)
/// risk           = round(100 · (1 − Π (1 − G / 100)))
/// </code>
/// So the score is always 0 to 100, does not depend on the order of the reasons, and is never lowered by another reason.
/// </summary>
public sealed class RiskModel
{
    public const int MaxNameLength = 64;
    private const long AllOdds = 1_000_000_000_000;

    private readonly FrozenDictionary<string, int> _weights;
    private readonly int[] _caps;

    private RiskModel(string name, FrozenDictionary<string, int> weights, int[] caps, RiskLevels levels) =>
        (Name, _weights, _caps, Levels) = (name, weights, caps, levels);

    /// <summary>Distinguishes the verdicts of different models: "2026-11-21".</summary>
    public string Name { get; }

    public RiskLevels Levels { get; }

    /// <param name="name">1 to 64 visible ASCII characters or spaces.</param>
    /// <param name="weights">By reason code; other reasons keep their defaults.</param>
    /// <param name="caps">By group name; other groups keep their defaults.</param>
    /// <param name="mistakes">All mistakes; empty when the model was made.</param>
    /// <returns>Null when there are mistakes.</returns>
    public static RiskModel? TryCreate(
        string name,
        IReadOnlyDictionary<string, int> weights,
        IReadOnlyDictionary<string, int> caps,
        RiskLevels levels,
        out IReadOnlyList<ModelMistake> mistakes)
    {
        var found = new List<ModelMistake>();
        if (name.Length is 0 or > MaxNameLength || name.AsSpan().ContainsAnyExcept(FieldValue.Visible))
            found.Add(new("Model", $"write 1 to {MaxNameLength} ASCII characters"));
        CheckWeights(weights, found);
        CheckCaps(caps, found);
        if (!(levels.Elevated >= 1 && levels.Elevated < levels.High && levels.High < levels.Critical && levels.Critical <= 100))
            found.Add(new("Levels", $"1 ≤ Elevated < High < Critical ≤ 100 does not hold for {levels.Elevated}, {levels.High}, {levels.Critical}"));
        mistakes = found;
        return found.Count > 0 ? null : new(
            name,
            ReasonKinds.All.ToFrozenDictionary(kind => kind.Code, kind => weights.GetValueOrDefault(kind.Code, kind.Weight), StringComparer.Ordinal),
            [.. Enum.GetValues<SignalGroup>().Select(group => caps.GetValueOrDefault(group.Name(), group.DefaultCap()))],
            levels);
    }

    /// <summary>0 to 100. A kind that is not built in (a configured one) has its own weight.</summary>
    public int WeightOf(ReasonKind kind) => _weights.GetValueOrDefault(kind.Code, kind.Weight);

    /// <summary>The formula above in exact integer arithmetic, halves rounded up. 0 to 100.</summary>
    public int Score(params ReadOnlySpan<Reason> reasons)
    {
        Span<long> sums = stackalloc long[SignalGroups.Count];
        foreach (var reason in reasons)
            sums[(int)reason.Group] += reason.Weight;

        var odds = 1L;
        for (var group = 0; group < SignalGroups.Count; group++)
            odds *= 100 - Math.Min(_caps[group], sums[group]);
        const long OnePoint = AllOdds / 100;
        return (int)((AllOdds - odds + (OnePoint / 2)) / OnePoint);
    }

    private static void CheckWeights(IReadOnlyDictionary<string, int> weights, List<ModelMistake> found)
    {
        foreach (var (code, weight) in weights)
        {
            if (ReasonKinds.Find(code) is not { } kind)
                found.Add(new($"Weights:{code}", $"no such reason; there are {string.Join(", ", ReasonKinds.All.Select(k => k.Code).Order(StringComparer.Ordinal))}"));
            else if (kind == ReasonKinds.DenyListed || kind == ReasonKinds.AllowListed)
                found.Add(new($"Weights:{code}", "decides alone and has no weight: leave it out"));
            else if (weight is < 0 or > 100)
                found.Add(new($"Weights:{code}", $"write 0 to 100, not {weight}"));
        }
    }

    private static void CheckCaps(IReadOnlyDictionary<string, int> caps, List<ModelMistake> found)
    {
        foreach (var (name, cap) in caps)
        {
            if (!SignalGroups.TryParse(name, out _))
                found.Add(new($"Caps:{name}", $"no such group; there are {string.Join(", ", SignalGroups.AllNames)}"));
            else if (cap is < 0 or > 100)
                found.Add(new($"Caps:{name}", $"write 0 to 100, not {cap}"));
        }
    }
}
