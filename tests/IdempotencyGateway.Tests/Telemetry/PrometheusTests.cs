using System.Text.Json;
using System.Text.RegularExpressions;
using IdempotencyGateway.Tests.HouseRules;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Telemetry;

/// <summary>The metrics as scraped by a real Prometheus, and the shipped alerts and dashboard.</summary>
public partial class PrometheusTests
{
    private static readonly string Rules = Path.Combine(Repository.Root, "config/prometheus/alerts.yml");
    private static readonly string RuleTests = Path.Combine(Repository.Root, "config/prometheus/alerts.test.yml");

    private static readonly string[] Words =
        ["by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "bool", "offset", "le", "Inf", "inf", "NaN"];

    [Fact]
    public async Task Prometheus_scrapes_the_gateway_and_loads_its_alerts()
    {
        await using var provider = ScriptedProvider.Start();
        await using var observed = await ObservedGateway.StartAsync(provider.Address);
        using var request = GatewayUnderTest.Post("a");
        request.Headers.TryAddWithoutValidation("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using (await observed.Gateway.Client.SendAsync(request))
        {
        }
        await using var prometheus = PrometheusServer.Start(observed.AdminAddress, Rules);

        Assert.Equal(["1"], await prometheus.QueryUntilAsync("""idempotency_gateway_requests_total{route="guarded",outcome="executed"} == 1"""));
        Assert.Equal(["1"], await prometheus.QueryUntilAsync("""up{job="idempotency-gateway"} == 1"""));
        Assert.Equal(["1"], await prometheus.QueryUntilAsync("idempotency_gateway_exchange_duration_seconds_count == 1"));
        Assert.Single(await prometheus.QueryUntilAsync("idempotency_gateway_build_info"));

        var exemplars = await prometheus.GetAsync("api/v1/query_exemplars?query=idempotency_gateway_exchange_duration_seconds_bucket&start=0&end=4000000000");
        Assert.Contains("0af7651916cd43dd8448eb211c80319c", exemplars.ToString(), StringComparison.Ordinal);
        var groups = await prometheus.GetAsync("api/v1/rules");
        Assert.DoesNotContain("\"health\":\"err\"", groups.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public Task The_alerts_are_rules_that_Prometheus_accepts() => Tool.SucceedsAsync("promtool", ["check", "rules", Rules]);

    [Fact]
    public Task Each_alert_fires_when_it_should_and_not_before() => Tool.SucceedsAsync("promtool", ["test", "rules", RuleTests]);

    [Fact]
    public void Each_alert_is_tested()
    {
        var tests = File.ReadAllText(RuleTests);

        HouseRule.Holds(
            "Add a case to config/prometheus/alerts.test.yml in which it fires:",
            Alert().Matches(File.ReadAllText(Rules)).Select(alert => alert.Groups["name"].Value)
                .Where(name => !tests.Contains($"alertname: {name}\n", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Every_query_names_metrics_that_exist()
    {
        await using var provider = ScriptedProvider.Start();
        await using var observed = await ObservedGateway.StartAsync(provider.Address);
        await observed.ScrapeAsync();
        using (await observed.Gateway.SendAsync("a"))
        {
        }
        var known = await observed.SampleNamesAsync();

        var alerts = Expression().Matches(File.ReadAllText(Rules)).Select(rule => rule.Groups["query"].Value);
        var queries = alerts.Concat(Directory.GetFiles(Path.Combine(Repository.Root, "config/grafana"), "*.json").SelectMany(QueriesOf)).ToList();

        Assert.True(queries.Count > 30);
        HouseRule.Holds(
            "This query names a metric that the gateway does not have:",
            queries.SelectMany(query => MetricsIn(query).Where(name => name != "up" && !known.Contains(name)).Select(name => $"{name} in {query}")));
    }

    [Fact]
    public void Whatever_an_alert_watches_is_on_the_dashboard()
    {
        var shown = QueriesOf(Path.Combine(Repository.Root, "config/grafana/gateway.json")).SelectMany(MetricsIn).ToHashSet(StringComparer.Ordinal);

        HouseRule.Holds(
            "An alert watches this metric: give it a panel in config/grafana/gateway.json, where whoever is woken can see it:",
            Expression().Matches(File.ReadAllText(Rules)).SelectMany(rule => MetricsIn(rule.Groups["query"].Value))
                .Where(name => name != "up" && !shown.Contains(name)).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Metrics_are_told_from_the_other_words_of_a_query() => Assert.Equal(
        ["a_total", "b_bucket"],
        MetricsIn("""sum by (route) (rate(a_total{x=~"y|z"}[5m])) / histogram_quantile(0.99, sum(rate(b_bucket[$__rate_interval])) by (le)) > 0.5"""));

    private static IEnumerable<string> QueriesOf(string dashboard)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(dashboard));
        return [.. Everything(json.RootElement)];

        static IEnumerable<string> Everything(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(
                member => member.Name is "expr" or "query" && member.Value.ValueKind == JsonValueKind.String && member.Value.GetString()!.Contains('_', StringComparison.Ordinal)
                    ? [member.Value.GetString()!]
                    : Everything(member.Value)),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Everything),
            _ => [],
        };
    }

    /// <summary>The metric names in a PromQL query: all names except functions, keywords, and labels in braces or by-lists.</summary>
    private static IEnumerable<string> MetricsIn(string query) => Name()
        .Matches(NotNames().Replace(LabelValues().Replace(query, "$1"), " "))
        .Select(name => name.Value)
        .Where(name => !Words.Contains(name, StringComparer.Ordinal));

    [GeneratedRegex(@"- alert: (?<name>\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"\n\s+expr: (?<query>[^\n]+)")]
    private static partial Regex Expression();

    [GeneratedRegex(@"""[^""]*""|\{[^}]*\}|\[[^\]]*\]|\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")]
    private static partial Regex NotNames();

    [GeneratedRegex(@"label_values\(([^,]*),[^)]*\)")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"(?<![\w$.])[a-zA-Z_]\w*\b(?!\s*\()")]
    private static partial Regex Name();
}
