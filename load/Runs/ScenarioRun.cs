using System.Globalization;
using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Runs;

/// <summary>One run of a scenario, from the start of its servers to its result. Several runs may be active at once; each has its own servers.</summary>
internal sealed class ScenarioRun : IAsyncDisposable
{
    private const int TimelinePoints = 60;

    private readonly Scenario _scenario;
    private readonly RunShape _shape;
    private readonly Stage _stage;
    private readonly Staged _staged;
    private readonly LoadLoop _loop;

    private ScenarioRun(Scenario scenario, RunShape shape, Stage stage, Staged staged)
    {
        _scenario = scenario;
        _shape = shape;
        _stage = stage;
        _staged = staged;
        _loop = LoadLoop.Create(staged.Traffic, shape.Load ?? scenario.Shape);
        Measurement = new(Interval);
    }

    public string Name => _scenario.Name;

    /// <summary>The measurement of the current phase.</summary>
    public Measurement Measurement { get; private set; }

    public string Phase { get; private set; } = "ready";

    private TimeSpan Interval => TimeSpan.FromSeconds(Math.Max(0.1, _shape.Duration.TotalSeconds / TimelinePoints));

    public static async Task<ScenarioRun> StartAsync(Scenario scenario, RunShape shape, StageOptions options)
    {
        var stage = new Stage(options);
        try
        {
            return new(scenario, shape, stage, await scenario.StartAsync(stage));
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public async Task<RunResult> MeasureAsync()
    {
        if (_shape.WarmUp > TimeSpan.Zero)
        {
            Phase = "warm-up";
            await _loop.RunAsync(Measurement, _shape.WarmUp, ramp: TimeSpan.Zero);
        }
        var warmUpErrors = Measurement.Errors;
        var processorBefore = _staged.ProcessorTime;
        Measurement = new(Interval);
        Phase = "measured";
        await _loop.RunAsync(Measurement, _shape.Duration, _shape.Ramp);
        var processor = (_staged.ProcessorTime - processorBefore) / Math.Max(1, Measurement.Requests);
        Phase = "done";
        return new(
            _scenario.Name, _scenario.Says, _loop.Describes, Measurement.Elapsed.TotalSeconds, Measurement.Requests, Measurement.PerSecond, processor.TotalMicroseconds,
            LatencySummary.Of(Measurement.Latencies), Measurement.Timeline, Measurement.Failures,
            await CheckAsync(warmUpErrors));
    }

    public async ValueTask DisposeAsync()
    {
        _loop.Dispose();
        await _stage.DisposeAsync();
    }

    private async Task<IReadOnlyList<Check>> CheckAsync(long warmUpErrors)
    {
        var thresholds = _shape.Thresholds.Any(threshold => threshold.Metric == Threshold.NoErrors.Metric) ? _shape.Thresholds : [Threshold.NoErrors, .. _shape.Thresholds];
        List<Check> checks = [.. thresholds.Select(threshold => threshold.Judge(Measurement))];
        // After a failed request the count is uncertain, because the request may or may not have been executed.
        if (_staged.Executions is not { } expected || warmUpErrors + Measurement.Errors > 0)
            return checks;
        var (needed, executed) = (expected(_staged.Traffic.Begun), await _stage.ExecutionsAsync());
        checks.Add(new(
            string.Create(CultureInfo.InvariantCulture, $"executed {needed:N0} times for {_staged.Traffic.Begun:N0} requests"),
            string.Create(CultureInfo.InvariantCulture, $"{executed:N0}"),
            executed == needed));
        return checks;
    }
}
