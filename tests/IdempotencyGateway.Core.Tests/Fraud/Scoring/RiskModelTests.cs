using IdempotencyGateway.Core.Fraud.Fields;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Core.Tests.Fraud.Scoring;

public sealed class RiskModelTests
{
    /// <summary>Backends and configurations refer to these names, so changing one breaks them.</summary>
    [Fact]
    public void The_reasons_their_groups_and_their_weights_are_these() => Assert.Equal(
        """
        ALLOW_LISTED ip 0
        ANONYMOUS_VPN ip 15
        CLIENT_HINT_MISMATCH device 20
        CREDENTIAL_VARIETY behaviour 20
        CREDENTIAL_VELOCITY behaviour 20
        DECLARED_COUNTRY_MISMATCH geo 12
        DENY_LISTED ip 100
        DEVICE_VARIETY behaviour 20
        DEVICE_VELOCITY behaviour 20
        DUPLICATE_PAYLOAD behaviour 20
        EDGE_SCORE edge 100
        EXTERNAL_SCORE external 100
        HIGH_REJECT_RATIO behaviour 15
        HOSTING ip 20
        IDEMPOTENCY_KEY_REUSE behaviour 15
        IMPOSSIBLE_TRAVEL geo 30
        IP_LISTED ip 40
        IP_RISK ip 50
        IP_VARIETY behaviour 20
        IP_VELOCITY behaviour 20
        LANGUAGE_MISMATCH geo 5
        NEW_DEVICE device 8
        PUBLIC_PROXY ip 25
        RESIDENTIAL_PROXY ip 30
        SUBJECT_VARIETY behaviour 20
        SUBJECT_VELOCITY behaviour 20
        TOR_EXIT ip 35
        UA_BOT device 25
        UA_MISSING device 20
        XFF_SPOOFED ip 10
        """,
        string.Join('\n', ReasonKinds.All.Select(kind => $"{kind.Code} {kind.Group.Name()} {kind.Weight}").Order(StringComparer.Ordinal)));

    [Theory]
    [InlineData("ip", 60)]
    [InlineData("device", 45)]
    [InlineData("geo", 35)]
    [InlineData("behaviour", 50)]
    [InlineData("edge", 60)]
    [InlineData("external", 80)]
    public void The_caps_are_these(string group, int cap)
    {
        Assert.True(SignalGroups.TryParse(group, out var parsed));
        Assert.Equal(cap, Models.Default.Score(new Reason("R", parsed, 100, FieldParameters.None)));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("TOR_EXIT", 35)]
    [InlineData("TOR_EXIT ANONYMOUS_VPN", 50)]
    [InlineData("TOR_EXIT ANONYMOUS_VPN HOSTING", 60)]
    [InlineData("TOR_EXIT UA_BOT", 51)]
    [InlineData("TOR_EXIT IMPOSSIBLE_TRAVEL IP_VELOCITY", 64)]
    [InlineData("LANGUAGE_MISMATCH", 5)]
    [InlineData("EDGE_SCORE", 60)]
    [InlineData("EXTERNAL_SCORE", 80)]
    [InlineData("EXTERNAL_SCORE EDGE_SCORE DENY_LISTED UA_BOT UA_MISSING IMPOSSIBLE_TRAVEL DECLARED_COUNTRY_MISMATCH IP_VELOCITY SUBJECT_VELOCITY DUPLICATE_PAYLOAD", 99)]
    public void Within_a_group_weights_add_up_to_its_cap_and_groups_are_independent_evidence(string codes, int score) =>
        Assert.Equal(score, Models.Default.Score([.. codes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Reason)]));

    [Theory]
    [InlineData(0, RiskLevel.Low)]
    [InlineData(24, RiskLevel.Low)]
    [InlineData(25, RiskLevel.Elevated)]
    [InlineData(49, RiskLevel.Elevated)]
    [InlineData(50, RiskLevel.High)]
    [InlineData(74, RiskLevel.High)]
    [InlineData(75, RiskLevel.Critical)]
    [InlineData(100, RiskLevel.Critical)]
    public void Levels_begin_at_their_scores(int score, RiskLevel level) => Assert.Equal(level, RiskLevels.Default.Of(score));

    [Fact]
    public void Configured_weights_and_caps_replace_the_defaults()
    {
        var model = Models.With(new() { ["TOR_EXIT"] = 100, ["UA_BOT"] = 0 }, new() { ["ip"] = 100 });

        Assert.Equal(100, model.Score([new("TOR_EXIT", SignalGroup.Ip, model.WeightOf(ReasonKinds.TorExit), FieldParameters.None)]));
        Assert.Equal(0, model.WeightOf(ReasonKinds.UserAgentBot));
        Assert.Equal(20, model.WeightOf(ReasonKinds.Hosting));
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var model = RiskModel.TryCreate(
            "",
            new Dictionary<string, int> { ["TOR"] = 1, ["HOSTING"] = 101, ["UA_BOT"] = -1, ["DENY_LISTED"] = 50 },
            new Dictionary<string, int> { ["moon"] = 1, ["geo"] = 101 },
            new(50, 50, 101),
            out var mistakes);

        Assert.Null(model);
        Assert.Equal(
            ["Caps:geo", "Caps:moon", "Levels", "Model", "Weights:DENY_LISTED", "Weights:HOSTING", "Weights:TOR", "Weights:UA_BOT"],
            mistakes.Select(mistake => mistake.Path).Order(StringComparer.Ordinal));
    }

    private static Reason Reason(string code)
    {
        var kind = ReasonKinds.Find(code)!;
        return new(kind.Code, kind.Group, kind.Weight, FieldParameters.None);
    }
}
