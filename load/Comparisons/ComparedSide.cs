using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>One side of a comparison. Its servers keep running and its connections stay open across rounds.</summary>
internal sealed class ComparedSide : IDisposable
{
    private readonly string _name;
    private readonly Staged _staged;
    private readonly LoadLoop _loop;

    private ComparedSide(string name, Staged staged, LoadShape load)
    {
        _name = name;
        _staged = staged;
        _loop = LoadLoop.Create(staged.Traffic, load);
    }

    public static async Task<ComparedSide> StartAsync(Scenario scenario, Stage stage, LoadShape load) => new(scenario.Name, await scenario.StartAsync(stage), load);

    /// <exception cref="InvalidOperationException">A request failed, so the measurement is invalid.</exception>
    public async Task<Round> RunAsync(TimeSpan duration)
    {
        var measurement = new Measurement(duration);
        var before = _staged.ProcessorTime;
        await _loop.RunAsync(measurement, duration, ramp: TimeSpan.Zero);
        if (measurement.Errors > 0)
            throw new InvalidOperationException($"{_name}: {string.Join(", ", measurement.Failures.Select(failure => $"{failure.Value} times {failure.Key}"))}");
        return new(
            measurement.PerSecond,
            measurement.Latencies.Percentile(0.5).TotalMilliseconds,
            measurement.Latencies.Percentile(0.99).TotalMilliseconds,
            ((_staged.ProcessorTime - before) / Math.Max(1, measurement.Requests)).TotalMicroseconds);
    }

    public void Dispose() => _loop.Dispose();
}
