using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Tests.Measuring;

public class TargetTests
{
    public static TheoryData<string, double, string> Judgements => new()
    {
        { "at least", 0.54, nameof(Verdict.Below) },
        { "at least", 0.55, nameof(Verdict.Pass) },
        { "at least", 0.70, nameof(Verdict.Goal) },
        { "at most", 0.26, nameof(Verdict.Below) },
        { "at most", 0.25, nameof(Verdict.Pass) },
        { "at most", 0.15, nameof(Verdict.Goal) },
        { "exactly", 2, nameof(Verdict.Below) },
        { "exactly", 1, nameof(Verdict.Goal) },
        { "at least, no goal", 0.97, nameof(Verdict.Goal) },
        { "at least", double.NaN, nameof(Verdict.Below) },
    };

    [Theory]
    [MemberData(nameof(Judgements))]
    public void A_value_is_below_passes_or_reaches_the_goal(string form, double value, string verdict)
    {
        var target = form switch
        {
            "at least" => Target.AtLeast(0.55, goal: 0.70),
            "at most" => Target.AtMost(0.25, goal: 0.15),
            "exactly" => Target.Exactly(1),
            _ => Target.AtLeast(0.97),
        };

        Assert.Equal(verdict, target.Judge(value).ToString());
    }

    [Fact]
    public void A_target_says_what_is_required_and_what_the_goal_is()
    {
        Assert.Equal("required >= 0.55, goal >= 0.7", Target.AtLeast(0.55, goal: 0.70).ToString());
        Assert.Equal("required <= 1.05", Target.AtMost(1.05).ToString());
        Assert.Equal("required = 1", Target.Exactly(1).ToString());
    }
}
