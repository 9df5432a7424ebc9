using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Core.Tests.Fraud.Scoring;

/// <summary>Properties of the score for random findings and weights.</summary>
public sealed class ScoreAlgebraTests
{
    private const int Times = 10_000;

    [Fact]
    public void It_is_0_to_100_and_0_exactly_when_nothing_weighs() => Property.Holds(random =>
    {
        var (model, reasons) = Any(random, out var caps);
        var score = model.Score(reasons);
        return score is >= 0 and <= 100 && (reasons.Any(reason => reason.Weight > 0 && caps[reason.Group] > 0) == score > 0);
    }, Times);

    [Fact]
    public void The_order_of_reports_does_not_matter() => Property.Holds(random =>
    {
        var (model, reasons) = Any(random, out _);
        var shuffled = reasons.ToArray();
        random.Shuffle(shuffled);
        return model.Score(reasons) == model.Score(shuffled) && Judge(model, reasons) == Judge(model, shuffled);
    }, Times);

    [Fact]
    public void One_more_reason_or_a_heavier_one_never_lowers_it() => Property.Holds(random =>
    {
        var (model, reasons) = Any(random, out _);
        var more = reasons.Append(AnyReason(random)).ToArray();
        var heavier = reasons.Select(reason => random.Next(2) == 0 ? reason with { Weight = random.Next(reason.Weight, 101) } : reason).ToArray();
        return model.Score(more) >= model.Score(reasons) && model.Score(heavier) >= model.Score(reasons);
    }, Times);

    [Fact]
    public void No_group_adds_more_than_its_cap() => Property.Holds(random =>
    {
        var (model, reasons) = Any(random, out var caps);
        var group = (SignalGroup)random.Next(SignalGroups.Count);
        var ofGroup = reasons.Where(reason => reason.Group == group).ToArray();
        return model.Score(ofGroup) == Math.Min(caps[group], ofGroup.Sum(reason => reason.Weight));
    }, Times);

    [Fact]
    public void It_is_the_formula_of_the_design() => Property.Holds(random =>
    {
        var (model, reasons) = Any(random, out var caps);
        var calm = 1m;
        foreach (var group in reasons.GroupBy(reason => reason.Group))
            calm *= 1m - (Math.Min(caps[group.Key], group.Sum(reason => reason.Weight)) / 100m);
        return model.Score(reasons) == (int)decimal.Round(100m * (1m - calm), MidpointRounding.AwayFromZero);
    }, Times);

    private static (RiskModel Model, Reason[] Reasons) Any(Random random, out Dictionary<SignalGroup, int> caps)
    {
        var configured = SignalGroups.AllNames.Where(_ => random.Next(2) == 0).ToDictionary(name => name, _ => random.Next(101));
        caps = Enum.GetValues<SignalGroup>().ToDictionary(group => group, group => configured.GetValueOrDefault(group.Name(), group.DefaultCap()));
        return (Models.With(caps: configured), [.. Enumerable.Range(0, random.Next(20)).Select(_ => AnyReason(random))]);
    }

    private static Reason AnyReason(Random random) =>
        new("R" + random.Next(5), (SignalGroup)random.Next(SignalGroups.Count), random.Next(4) == 0 ? 0 : random.Next(101), FieldParameters.None);

    private static Verdict Judge(RiskModel model, Reason[] reasons)
    {
        var findings = new Findings(model);
        foreach (var reason in reasons)
            findings.Raise(new ReasonKind(reason.Code, reason.Group, 0, "x"), reason.Weight, reason.Parameters);
        return Models.Judge(findings, DateTimeOffset.UnixEpoch);
    }
}
