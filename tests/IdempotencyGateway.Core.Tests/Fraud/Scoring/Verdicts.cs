using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Tests.Fraud.Fields;

namespace IdempotencyGateway.Core.Tests.Fraud.Scoring;

/// <summary>A generator of verdicts, many of which are larger than what is recorded.</summary>
internal static class Verdicts
{
    private static readonly ReasonKind[] Kinds = [.. ReasonKinds.All];

    public static Verdict Any(Random random) => random.Next(2) == 0 ? Small(random) : Of(random, facts: 90, reasons: 60);

    public static Verdict Small(Random random) => Of(random, facts: 6, reasons: 6);

    private static Verdict Of(Random random, int facts, int reasons)
    {
        var findings = new Findings(Models.Default);
        for (var count = random.Next(facts); count > 0; count--)
            findings.Fact(Values.Key(random), random.Next(20) == 0 ? FieldValue.OfText(new('é', random.Next(FieldValue.MaxLength))) : Values.Any(random));
        for (var count = random.Next(reasons); count > 0; count--)
            findings.Raise(Kinds[random.Next(Kinds.Length)], random.Next(101), Values.Parameters(random));
        if (random.Next(4) == 0)
            findings.Missing("Source " + random.Next(9));
        if (random.Next(8) == 0)
            findings.Deny("never");
        if (random.Next(8) == 0)
            findings.Allow("friends");
        RiskAction action = random.Next(3) switch
        {
            0 => RiskAction.Block.Instance,
            1 => new RiskAction.Route("clusteré"),
            _ => RiskAction.Annotate.Instance,
        };
        return findings.Judge(DateTimeOffset.UnixEpoch.AddMilliseconds(random.NextInt64(1L << 45)), _ => action);
    }
}
