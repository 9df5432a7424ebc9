using System.Globalization;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>The start of a gateway that was published with ReadyToRun, as the image has it; against nothing but its target.</summary>
internal sealed class PublishedStart(string name, Target target) : Comparison(name)
{
    public override string Says => "start of a gateway published with ReadyToRun (--published), until it listens";

    public override IReadOnlyList<Target> Targets => [target];

    public override async Task<ComparisonResult> MeasureAsync(RoundShape shape, StageOptions options, IProgress<string> progress)
    {
        var folder = options.PublishedFolder ?? throw new InvalidOperationException("publish the gateway first and name the folder: --published FOLDER; load/README.md says how");
        await using var stage = new Stage(options);
        await stage.ProviderAsync();
        var seconds = new List<double>();
        for (var i = 0; i < shape.Rounds; i++)
        {
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"start {i + 1} of {shape.Rounds}"));
            var server = await stage.GatewayAsync(new() { PublishedFolder = Path.GetFullPath(folder) });
            await stage.StopAsync(server);
            seconds.Add(server.StartedIn.TotalSeconds);
        }
        return new(Name, Says, [new("gateway", [new("start", "s", seconds)])], [new("start", Spread.OfMedian(seconds), "s", target)]);
    }
}
