using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Core.Tests.Fraud.Scoring;

public sealed class FindingsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddMilliseconds(1_999);

    [Fact]
    public void Who_is_denied_scores_100_and_is_blocked_whatever_else_is_found()
    {
        var findings = new Findings(Models.Default);
        findings.Allow("friends");
        findings.Deny("never");

        var verdict = findings.Judge(Now, _ => RiskAction.Annotate.Instance);

        Assert.Equal((100, RiskLevel.Critical, RiskAction.Block.Instance), (verdict.Score, verdict.Level, (RiskAction.Block)verdict.Action));
        Assert.Equal(new("DENY_LISTED", SignalGroup.Ip, 100, FieldParameters.Of(("list", FieldValue.OfText("never")))), verdict.Reasons[0]);
    }

    [Fact]
    public void Who_is_allowed_scores_0_and_is_annotated_whatever_else_is_found_but_a_denial()
    {
        var findings = new Findings(Models.Default);
        findings.Raise(ReasonKinds.TorExit);
        findings.Allow("friends");

        var verdict = findings.Judge(Now, _ => RiskAction.Block.Instance);

        Assert.Equal((0, RiskLevel.Low, RiskAction.Annotate.Instance), (verdict.Score, verdict.Level, (RiskAction.Annotate)verdict.Action));
        Assert.Equal(["TOR_EXIT", "ALLOW_LISTED"], verdict.Reasons.Select(reason => reason.Code));
    }

    [Fact]
    public void The_level_chooses_the_action()
    {
        var findings = new Findings(Models.With(new() { ["TOR_EXIT"] = 55 }));
        findings.Raise(ReasonKinds.TorExit);

        var verdict = findings.Judge(Now, level => new RiskAction.Route(level.ToString()));

        Assert.Equal(new RiskAction.Route("High"), verdict.Action);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1), verdict.At);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    [InlineData(0.001, 0)]
    [InlineData(0.5, 25)]
    [InlineData(0.43, 22)]
    [InlineData(1, 50)]
    [InlineData(7, 50)]
    [InlineData(double.PositiveInfinity, 50)]
    public void A_share_of_a_reason_weighs_that_share(double share, int? weight)
    {
        var findings = new Findings(Models.Default);
        findings.RaiseShare(ReasonKinds.IpRisk, share);

        Assert.Equal(weight, Models.Judge(findings, Now).Reasons.SingleOrDefault()?.Weight);
    }

    [Fact]
    public void A_missing_source_degrades_and_is_named()
    {
        var findings = new Findings(Models.Default);
        Assert.False(findings.IsDegraded);
        findings.Missing("My Vendor");

        var verdict = Models.Judge(findings, Now);

        Assert.True(verdict.Degraded);
        Assert.Equal([new("missing.my-vendor", FieldValue.True)], verdict.Signals);
    }

    [Fact]
    public void A_fact_stands_once_with_its_latest_value()
    {
        var findings = new Findings(Models.Default);
        findings.Fact("a", FieldValue.OfInteger(1));
        findings.Fact("b", FieldValue.OfInteger(2));
        findings.Fact("a", FieldValue.OfInteger(3));

        Assert.Equal([new("a", FieldValue.OfInteger(3)), new("b", FieldValue.OfInteger(2))], Models.Judge(findings, Now).Signals);
    }

    [Fact]
    public void Beyond_the_bounds_the_lightest_reasons_and_the_latest_facts_are_left_off_but_counted()
    {
        var findings = new Findings(Models.With(caps: new() { ["ip"] = 100 }));
        for (var i = 0; i < 100; i++)
        {
            findings.Raise(ReasonKinds.IpListed, i == 99 ? 2 : 1);
            findings.Fact("f" + i, FieldValue.True);
        }

        var verdict = Models.Judge(findings, Now);

        Assert.True(verdict.Cut);
        Assert.Equal(100, verdict.Score);
        Assert.Equal((Verdict.MaxReasons, Verdict.MaxSignals), (verdict.Reasons.Count, verdict.Signals.Count));
        Assert.Equal(2, verdict.Reasons[0].Weight);
        Assert.Equal("f0", verdict.Signals[0].Name);
        Assert.EndsWith(";cut", RiskFields.Of(verdict).Score, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_fact_or_no_weight_is_a_bug()
    {
        var findings = new Findings(Models.Default);

        Assert.Throws<ArgumentException>(() => findings.Fact("No Key", FieldValue.True));
        Assert.Throws<ArgumentException>(() => findings.Fact("key", default));
        Assert.Throws<ArgumentOutOfRangeException>(() => findings.Raise(ReasonKinds.IpListed, 101));
        Assert.Throws<ArgumentOutOfRangeException>(() => findings.Raise(ReasonKinds.IpListed, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => findings.RaiseShare(ReasonKinds.IpListed, double.NaN));
    }
}
