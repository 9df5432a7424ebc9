using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>Realistic traffic: most calls are new, one in twenty is a retry, and the provider's latency is log-normal.</summary>
internal sealed class MixedRetry : Scenario
{
    private const int RetryOneIn = 20;

    /// <summary>How many calls before it a retry repeats. That is about a client's first back-off, so the original is seldom still in flight.</summary>
    private const int Back = 100;

    public override string Says => "5 % retries; the provider's latency is log-normal, 60 ms in the median, 300 ms at the 99th percentile";

    public override LoadShape Shape => new(Connections: 256, PerSecond: 500);

    public override async Task<Staged> StartAsync(Stage stage)
    {
        var sessions = LogNormal.Quantiles(median: TimeSpan.FromMilliseconds(60), p99: TimeSpan.FromMilliseconds(300), count: 64).Select(Calls.SessionThatTakes).ToArray();
        return new(await stage.GatewayAsync(new()), number => CallOf(OriginalOf(number), sessions))
        {
            Executions = calls => calls - RetriesAmong(calls),
        };
    }

    /// <summary>The number of the call that this one repeats, or its own.</summary>
    private static long OriginalOf(long number) => IsRetry(number) ? number - Back + 1 : number;

    private static bool IsRetry(long number) => number >= Back && number % RetryOneIn == 0;

    private static long RetriesAmong(long calls) => Math.Max(0, ((calls - 1) / RetryOneIn) - (Back / RetryOneIn) + 1);

    /// <summary>A key always has the same provider latency, so that a retry is identical. Successive keys have different ones.</summary>
    private static Call CallOf(long original, RequestTemplate[] sessions) =>
        new(sessions[(int)((ulong)original * 0x9E3779B97F4A7C15 >> 58)], original, StatusCodes.Status201Created);
}
