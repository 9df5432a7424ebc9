using IdempotencyGateway.Load.Comparisons;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Tests.Comparisons;

/// <summary>Runs one comparison of each kind briefly, and checks that it produces figures, not what they are.</summary>
public class ComparisonTests
{
    private static readonly RoundShape Moment = new(Connections: 4, Rounds: 2, TimeSpan.FromSeconds(0.1), WarmUp: TimeSpan.FromSeconds(0.1));
    private static readonly StageOptions Small = new(Records: 1000, Replicas: 2, Duplicates: 200, PublishedFolder: AppContext.BaseDirectory);

    [Theory]
    [InlineData("first-call")]
    [InlineData("latency-sqlite")]
    [InlineData("nginx-replay")]
    [InlineData("memory")]
    [InlineData("start")]
    [InlineData("start-published")]
    [InlineData("filled-redis")]
    public async Task It_comes_to_figures(string name)
    {
        var comparison = ComparisonList.Find(name)!;

        var result = await comparison.MeasureAsync(Moment, Small, new Progress<string>());

        Assert.Equal(comparison.Targets, result.Figures.Select(figure => figure.Target!));
        Assert.All(result.Figures, figure => Assert.True(double.IsFinite(figure.Spread.Value), $"{figure.What} is {figure.Spread.Value}"));
        Assert.All(result.Sides.SelectMany(side => side.Measures), measure => Assert.True(measure.Median > 0 || measure.What == "processor", $"{measure.What} is {measure.Median}"));
    }

    [Fact]
    public async Task Servers_are_started_anew_for_every_three_rounds_but_not_filled_ones()
    {
        var shape = Moment with { Rounds = 7 };
        var (ours, baseline) = (new Starts(new BareKestrel()), new Starts(new BareKestrel()));

        var ratio = await SideBySide.Throughput("ratio", ours, baseline).MeasureAsync(shape, Small, new Progress<string>());
        Assert.Equal((2, 2), (ours.Count, baseline.Count));
        Assert.All(ratio.Sides, side => Assert.True(side.Measures[0].Median > 0));

        await SideBySide.Slowdown("slowdown", ours, baseline, Target.AtMost(1)).MeasureAsync(shape, Small, new Progress<string>());
        Assert.Equal((3, 3), (ours.Count, baseline.Count));
    }

    [Fact]
    public async Task Duplicates_at_once_are_executed_once_and_all_answered()
    {
        var result = await ComparisonList.Find("duplicates")!.MeasureAsync(Moment, Small, new Progress<string>());

        Assert.Equal([Verdict.Goal, Verdict.Goal], result.Figures.Take(2).Select(figure => figure.Verdict!.Value));
    }

    [Fact]
    public async Task A_published_gateway_stands_beside_the_baseline_where_that_is_published_too()
    {
        var published = ComparisonList.Find("start-published")!;

        var alone = await published.MeasureAsync(Moment, Small, new Progress<string>());
        var both = await published.MeasureAsync(Moment, Small with { PublishedBaselineFolder = AppContext.BaseDirectory }, new Progress<string>());

        Assert.Equal(["start"], alone.Figures.Select(figure => figure.What));
        Assert.Equal(["start", "start, ratio"], both.Figures.Select(figure => figure.What));
        Assert.Equal(["gateway", "BareYarp"], both.Sides.Select(side => side.Side));
    }

    [Fact]
    public async Task What_cannot_be_measured_says_why()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ComparisonList.Find("start-published")!.MeasureAsync(Moment, Small with { PublishedFolder = null }, new Progress<string>()));

        Assert.Contains("--published", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_name_is_given_once_and_could_not_be_a_scenarios()
    {
        var names = ComparisonList.All.Select(comparison => comparison.Name).ToArray();

        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.Equal(name.ToLowerInvariant(), name));
        Assert.All(names, name => Assert.Null(Load.Scenarios.ScenarioList.Find(name)));
    }

    /// <summary>A scenario decorator that counts starts.</summary>
    private sealed class Starts(Scenario inner) : Scenario
    {
        public int Count { get; private set; }

        public override string Says => inner.Says;

        public override Task<Staged> StartAsync(Stage stage)
        {
            Count++;
            return inner.StartAsync(stage);
        }
    }
}
