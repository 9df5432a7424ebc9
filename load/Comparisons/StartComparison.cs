using System.Globalization;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>From the start of the process to when it listens.</summary>
/// <param name="isPublished">
/// The gateway was published with ReadyToRun, as the image has it, and its time has a target; YARP alone stands beside it if it was published, too. Else both are those beside this
/// program, and their ratio has a target.
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
        options.PublishedFolder ?? throw new InvalidOperationException("publish the gateway first and name the folder: --published FOLDER; load/README.md says how"));

    private static SideResult Side(string name, IReadOnlyList<double> seconds) => new(name, [new("start", "s", seconds)]);
}
