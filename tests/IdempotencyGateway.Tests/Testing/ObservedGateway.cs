using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Telemetry.Exposition;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>A gateway with an admin listener whose metrics a test scrapes as Prometheus would.</summary>
public sealed class ObservedGateway : IAsyncDisposable
{
    private ObservedGateway(GatewayUnderTest gateway) => Gateway = gateway;

    public GatewayUnderTest Gateway { get; }

    public Uri AdminAddress => Gateway.AdminAddress!;

    public GatewayMetrics Metrics => Gateway.Get<GatewayMetrics>();

    public static async Task<ObservedGateway> StartAsync(Uri provider, Action<GatewaySetup>? configure = null) =>
        new(await GatewayUnderTest.StartAsync(provider, setup =>
        {
            setup.Admin = true;
            configure?.Invoke(setup);
        }));

    /// <summary>Scrapes the metrics, by default in Prometheus's text format.</summary>
    public async Task<string> ScrapeAsync(string accept = "text/plain")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(AdminAddress, "metrics"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await Gateway.Client.SendAsync(request);
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Scrapes until each of these prefixes begins a line. A single scrape may be too early: a request is counted after its answer, and YARP publishes its counters once a second.</summary>
    public Task<string> ScrapeUntilAsync(params string[] beginnings) => Eventually.BecomesAsync(() => ScrapeAsync(), text =>
        beginnings.All(beginning => text.Split('\n').Any(line => line.StartsWith(beginning, StringComparison.Ordinal))));

    /// <summary>The value of one sample, or null if there is none. <paramref name="sample"/> is the name with its labels exactly as scraped.</summary>
    public async Task<double?> ValueOfAsync(string sample) => Value(await ScrapeAsync(), sample);

    /// <summary>Every sample name that a query may use: those of the gateway's own instruments, even without a measurement yet, and all others in a scrape.</summary>
    public async Task<IReadOnlySet<string>> SampleNamesAsync()
    {
        using var collector = new MetricCollector(TimeProvider.System, () => { });
        collector.Listen(meter => ReferenceEquals(meter, Metrics.Meter));
        var own = collector.Collect(static families => families).SelectMany(family => family.Kind switch
        {
            MetricKind.Counter => [$"{family.Name.Family}_total"],
            MetricKind.Histogram => new[] { "bucket", "sum", "count" }.Select(part => $"{family.Name.Family}_{part}"),
            _ => [family.Name.Family],
        });
        var scraped = (await ScrapeUntilAsync("yarp_requests_started_total", "yarp_requests_failed_total")).Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('{', ' ')[0]);
        return own.Concat(scraped).ToHashSet(StringComparer.Ordinal);
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    internal static double? Value(string text, string sample) => text.Split('\n')
        .Where(line => line.StartsWith(sample + " ", StringComparison.Ordinal))
        .Select(line => (double?)double.Parse(line[(sample.Length + 1)..].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))
        .FirstOrDefault();
}
