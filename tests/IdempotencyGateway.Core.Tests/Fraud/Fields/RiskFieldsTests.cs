using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Tests.Fraud.Scoring;

namespace IdempotencyGateway.Core.Tests.Fraud.Fields;

public sealed class RiskFieldsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1795283090);

    [Fact]
    public void A_verdict_is_three_fields()
    {
        var findings = new Findings(Models.Default);
        findings.Fact(SignalNames.IpCountry, FieldValue.OfText("NL"));
        findings.Fact(SignalNames.IpAsn, FieldValue.OfInteger(60729));
        findings.Fact(SignalNames.IpTor, FieldValue.True);
        findings.Raise(ReasonKinds.TorExit);
        findings.Fact(SignalNames.Velocity("ip", TimeSpan.FromMinutes(1)), FieldValue.OfInteger(31));
        findings.RaiseShare(ReasonKinds.IpVelocity, 0.6, FieldParameters.Of(("n", FieldValue.OfInteger(31)), ("win", FieldValue.OfInteger(60))));
        findings.Fact(SignalNames.Speed, Values.Decimal(1840.5m));
        findings.Raise(ReasonKinds.ImpossibleTravel);

        var fields = RiskFields.Of(Models.Judge(findings, Now));

        Assert.Equal("60;level=high;action=review;model=\"test\";at=1795283090;degraded=?0", fields.Score);
        Assert.Equal("TOR_EXIT;g=ip;w=35, IMPOSSIBLE_TRAVEL;g=geo;w=30, IP_VELOCITY;g=behaviour;w=12;n=31;win=60", fields.Reasons);
        Assert.Equal("ip.country=\"NL\", ip.asn=60729, ip.tor, vel.ip.60=31, geo.speed=1840.5", fields.Signals);
    }

    [Fact]
    public void A_quiet_request_has_a_score_and_nothing_else() => Assert.Equal(
        new("0;level=low;action=allow;model=\"test\";at=1795283090;degraded=?0", "", ""),
        RiskFields.Of(Models.Judge(new(Models.Default), Now)));

    [Fact]
    public void A_missing_source_shows()
    {
        var findings = new Findings(Models.Default);
        findings.Missing("City");

        var fields = RiskFields.Of(Models.Judge(findings, Now));

        Assert.EndsWith(";degraded", fields.Score, StringComparison.Ordinal);
        Assert.Equal("missing.city", fields.Signals);
    }

    [Fact]
    public void What_the_gateway_does_is_the_action()
    {
        var verdict = Models.Judge(new(Models.Default), Now);

        Assert.Contains(";action=block;", RiskFields.Of(verdict with { Action = RiskAction.Block.Instance }).Score, StringComparison.Ordinal);
        Assert.Contains(";action=route;", RiskFields.Of(verdict with { Action = new RiskAction.Route("review") }).Score, StringComparison.Ordinal);
        Assert.Contains(";action=allow;", RiskFields.Of(verdict with { Level = RiskLevel.Elevated }).Score, StringComparison.Ordinal);
        Assert.Contains(";action=review;", RiskFields.Of(verdict with { Level = RiskLevel.Critical }).Score, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_verdict_fits_into_its_fields_as_visible_ASCII() => Property.Holds(random =>
    {
        var fields = RiskFields.Of(Verdicts.Any(random));
        return new[] { fields.Score, fields.Reasons, fields.Signals }
            .All(field => field.Length <= RiskFields.MaxLength && !field.AsSpan().ContainsAnyExceptInRange(' ', '~'));
    });

    [Fact]
    public void The_signature_is_what_the_documentation_says()
    {
        var key = System.Text.Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef");
        var fields = new RiskFields("72;level=high", "", "ip.tor");
        var expected = System.Security.Cryptography.HMACSHA256.HashData(key, "risk-signature-v1\n1795283090\n72;level=high\n\nip.tor"u8);

        Assert.Equal($"t=1795283090, key=\"risk-key\", v1=:{Convert.ToBase64String(expected)}:", RiskSignature.Sign(fields, Now, key, "risk-key"));
    }

    [Fact]
    public void Any_change_changes_the_signature()
    {
        var key = new byte[32];
        var fields = new RiskFields("1", "a", "b");
        string[] signatures =
        [
            RiskSignature.Sign(fields, Now, key, "k"),
            RiskSignature.Sign(fields, Now.AddSeconds(1), key, "k"),
            RiskSignature.Sign(fields with { Score = "2" }, Now, key, "k"),
            RiskSignature.Sign(fields with { Reasons = "", Signals = "a\nb" }, Now, key, "k"),
            RiskSignature.Sign(fields with { Reasons = "b", Signals = "a" }, Now, key, "k"),
            RiskSignature.Sign(fields, Now, [.. key[1..], 1], "k"),
        ];

        Assert.Distinct(signatures.Select(signature => signature[^46..]));
        Assert.Throws<ArgumentException>(() => RiskSignature.Sign(fields, Now, key.AsSpan(1), "k"));
        Assert.Throws<ArgumentException>(() => RiskSignature.Sign(fields, Now, key, "é"));
    }
}
