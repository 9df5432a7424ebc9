using IdempotencyGateway.Load.Client;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>
/// Measures both sides of a comparison in turns, so that whatever the machine is doing meanwhile meets both alike. Only ratios are worth keeping.
/// </summary>
internal static class Interleaving
{
    private const string Body = """{"workflow_id":"11111111-2222-3333-4444-555555555555","vendor_data":"user-123","callback":"https://example.com/verification/callback","callback_method":"both","metadata":{"account_id":"ABC123","plan":"standard","source":"signup-form-7"},"contact_details":{"email":"alexander@example.com"},"language":"en"}""";

    public static async Task RunAsync(Comparison comparison, RunShape shape, TextWriter output)
    {
        await using var servers = new LoadServers();
        var keys = 0L;
        using var ours = await OpenAsync(comparison.Ours);
        using var baseline = await OpenAsync(comparison.Baseline);
        await ours.RunAsync(shape.WarmUp, StatusCodes.Status201Created);
        await baseline.RunAsync(shape.WarmUp, StatusCodes.Status201Created);

        var rounds = new List<(Round Ours, Round Baseline)>();
        for (var i = 0; i < shape.Rounds; i++)
        {
            var a = await MeasureAsync(ours);
            var b = await MeasureAsync(baseline);
            rounds.Add((a, b));
        }
        Report(comparison, rounds, output);

        async Task<Round> MeasureAsync(ClosedLoop side)
        {
            var before = servers.ProcessorTimeOf(side.Target);
            var round = await side.RunAsync(shape.Round, StatusCodes.Status201Created);
            return round with { ProcessorTime = servers.ProcessorTimeOf(side.Target) - before };
        }

        async Task<ClosedLoop> OpenAsync(Scenario scenario)
        {
            var target = await scenario.Start(servers);
            return new(target, new RequestTemplate(target, "/v3/session/", Body), shape.Connections, scenario.FreshKeys ? () => Interlocked.Increment(ref keys) : () => 0);
        }
    }

    private static void Report(Comparison comparison, List<(Round Ours, Round Baseline)> rounds, TextWriter output)
    {
        Describe(comparison.Ours.Side, [.. rounds.Select(round => round.Ours)]);
        Describe(comparison.Baseline.Side, [.. rounds.Select(round => round.Baseline)]);
        var ratios = rounds.Select(round => round.Ours.PerSecond / round.Baseline.PerSecond).Order().ToArray();
        output.WriteLine($"{comparison.Name}: throughput ratio {Median(ratios):F2} (rounds {ratios[0]:F2} to {ratios[^1]:F2})\n");

        void Describe(string side, Round[] sides) => output.WriteLine(
            $"  {side,-20} {Median(sides.Select(r => r.PerSecond)),9:N0}/s   median {Median(sides.Select(r => r.Percentile(0.5).TotalMilliseconds)),6:F2} ms   p99 {Median(sides.Select(r => r.Percentile(0.99).TotalMilliseconds)),6:F2} ms   processor {Median(sides.Select(r => r.ProcessorTimePerRequest.TotalMicroseconds)),4:F0} µs");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
