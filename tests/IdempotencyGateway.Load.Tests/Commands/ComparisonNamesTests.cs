using IdempotencyGateway.Load.Commands;
using IdempotencyGateway.Load.Comparisons;

namespace IdempotencyGateway.Load.Tests.Commands;

public class ComparisonNamesTests
{
    [Theory]
    [InlineData("first-call replay", "first-call replay")]
    [InlineData("FirstCallRedis NginxFirstCall", "FirstCallRedis/NginxFirstCall")]
    [InlineData("ReplayMemory", "ReplayMemory/BareKestrel")]
    [InlineData("barekestrel bareyarp", "BareKestrel/BareYarp")]
    public void Names_are_comparisons_or_two_scenarios(string names, string compared)
    {
        Assert.True(ComparisonNames.TryResolve(names.Split(' '), out var comparisons, out _));
        Assert.Equal(compared.Split(' '), comparisons.Select(comparison => comparison.Name));
    }

    [Fact]
    public void No_name_is_all_of_them()
    {
        Assert.True(ComparisonNames.TryResolve([], out var comparisons, out _));
        Assert.Same(ComparisonList.All, comparisons);
    }

    [Theory]
    [InlineData("first-cal", "first-cal")]
    [InlineData("Direct", "no baseline")]
    [InlineData("first-call Direct", "two scenarios")]
    [InlineData("Direct BareYarp PassThrough", "two scenarios")]
    public void What_cannot_be_compared_is_explained(string names, string explanation)
    {
        Assert.False(ComparisonNames.TryResolve(names.Split(' '), out _, out var problem));
        Assert.Contains(explanation, problem, StringComparison.Ordinal);
    }
}
