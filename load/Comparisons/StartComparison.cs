using System.Globalization;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>Compares start-up times, from the start of the process until it listens.</summary>
/// <param name="isPublished">
/// True to measure a gateway that was published with ReadyToRun, as in the container image, with a target for its time; YARP alone is measured, too, if it was published likewise. False to
/// measure the builds beside this program, with a target for the ratio.
/// </param>
internal sealed class StartComparison(string name, Target target, bool isPublished = false) : Comparison(name)
{
    public override string Says => isPublished
        ? "start of a gateway published with ReadyToRun (--published), until it listens; against BareYarp published likewise (--published-baseline)"
        : "start of the gateway (SQLite) against that of BareYarp, until it listens";

    public override IReadOnlyList<Target> Targets => [target];

    public override async Task<ComparisonResult> MeasureAsync(RoundShape shape, StageOptions options, IProgress<string> progress)
    {
        var setup = new GatewaySetup { PublishedFolder = isPublished ? PublishedFolder(options) : null };
        var baselineFolder = isPublished && options.PublishedBaselineFolder is { } folder ? Path.GetFullPath(folder) : null;
        var hasBaseline = !isPublished || baselineFolder is not null;
        await using var stage = new Stage(options);
        await stage.ProviderAsync();
        var ours = new List<double>();
        var baseline = new List<double>();
        for (var i = 0; i < shape.Rounds; i++)
        {
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"start {i + 1} of {shape.Rounds}"));
            ours.Add(await StartAsync(() => stage.GatewayAsync(setup)));
            if (hasBaseline)
                baseline.Add(await StartAsync(() => stage.BareYarpAsync(baselineFolder)));
        }
        var sides = new List<SideResult> { Side("gateway", ours) };
        var figures = new List<Figure>();
        if (isPublished)
            figures.Add(new("start", Spread.OfMedian(ours), "s", target));
        if (hasBaseline)
        {
            sides.Add(Side("BareYarp", baseline));
            figures.Add(new("start, ratio", Spread.OfRatio([.. ours.Zip(baseline)]), "", isPublished ? null : target));
        }
        return new(Name, Says, sides, figures);

        async Task<double> StartAsync(Func<Task<ServerProcess>> start)
        {
            var server = await start();
            await stage.StopAsync(server);
            return server.StartedIn.TotalSeconds;
        }
    }

    private static string PublishedFolder(StageOptions options) => Path.GetFullPath(
        options.PublishedFolder ?? throw new InvalidOperationException("publish the gateway first and pass its folder with --published FOLDER; load/README.md says how"));

    private static SideResult Side(string name, IReadOnlyList<double> seconds) => new(name, [new("start", "s", seconds)]);
}
