using System.Globalization;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>From the start of the process to when it listens.</summary>
internal sealed class StartComparison(string name, Target target) : Comparison(name)
{
    public override string Says => "start of the gateway (SQLite) against that of BareYarp, until it listens";

    public override IReadOnlyList<Target> Targets => [target];

    public override async Task<ComparisonResult> MeasureAsync(RoundShape shape, StageOptions options, IProgress<string> progress)
    {
        await using var stage = new Stage(options);
        await stage.ProviderAsync();
        var rounds = new List<(double Ours, double Baseline)>();
        for (var i = 0; i < shape.Rounds; i++)
        {
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"start {i + 1} of {shape.Rounds}"));
            var ours = await StartAsync(() => stage.GatewayAsync(new()));
            rounds.Add((ours, await StartAsync(stage.BareYarpAsync)));
        }
        return new(
            Name,
            Says,
            [
                new("gateway", [new("start", "s", [.. rounds.Select(round => round.Ours)])]),
                new("BareYarp", [new("start", "s", [.. rounds.Select(round => round.Baseline)])]),
            ],
            [new("start, ratio", Spread.OfRatio(rounds), "", target)]);

        async Task<double> StartAsync(Func<Task<ServerProcess>> start)
        {
            var server = await start();
            await stage.StopAsync(server);
            return server.StartedIn.TotalSeconds;
        }
    }
}
