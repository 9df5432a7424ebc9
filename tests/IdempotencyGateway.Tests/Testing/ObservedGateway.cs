using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Telemetry.Exposition;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>A gateway with an admin listener, as Prometheus sees it.</summary>
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

    /// <summary>What a scrape gets, in Prometheus' own format unless another is asked for.</summary>
    public async Task<string> ScrapeAsync(string accept = "text/plain")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(AdminAddress, "metrics"));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await Gateway.Client.SendAsync(request);
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Scrapes until lines begin with all of these: a request is counted after it was answered, and YARP's counters come once a second, on their own clock.</summary>
    public Task<string> ScrapeUntilAsync(params string[] beginnings) => Eventually.BecomesAsync(() => ScrapeAsync(), text =>
        beginnings.All(beginning => text.Split('\n').Any(line => line.StartsWith(beginning, StringComparison.Ordinal))));

    /// <summary>The value of one sample, or null when there is none; <paramref name="sample"/> with its labels as they are written.</summary>
    public async Task<double?> ValueOfAsync(string sample) => Value(await ScrapeAsync(), sample);

    /// <summary>Every name that a query may use: of the gateway's own instruments, measured or not, and of whatever else a scrape holds.</summary>
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
