using System.Text.RegularExpressions;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Telemetry.Exposition;
using IdempotencyGateway.Tests.HouseRules;

namespace IdempotencyGateway.Tests.Telemetry;

/// <summary>The metric names are public; the table in the room's README is their reviewed list.</summary>
public partial class MetricTableTests
{
    [Fact]
    public void The_table_of_metrics_is_what_the_code_has()
    {
        using var metrics = new GatewayMetrics();
        using var collector = new MetricCollector(TimeProvider.System, metrics.MeasurementDropped);
        collector.Listen(meter => ReferenceEquals(meter, metrics.Meter));

        var inCode = collector.Collect(static families => families).Select(family =>
            $"{family.Name.Family}{(family.Kind == MetricKind.Counter ? "_total" : "")} {family.Kind.ToString().ToLowerInvariant()}");
        var inTable = Row().Matches(Repository.Read("src/IdempotencyGateway/Telemetry/README.md"))
            .Select(row => $"{row.Groups["name"].Value} {row.Groups["kind"].Value}");

        Assert.Equal(inCode.Order(StringComparer.Ordinal), inTable.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_table_of_outcomes_is_what_the_code_has() => Assert.All(
        Enum.GetValues<ExchangeOutcome>(),
        outcome => Assert.Contains($"| `{outcome.Label()}` |", Repository.Read("src/IdempotencyGateway/Telemetry/README.md"), StringComparison.Ordinal));

    [GeneratedRegex(@"\| `(?<name>idempotency_gateway_\w+)` \| (?<kind>counter|gauge|histogram) \|")]
    private static partial Regex Row();
}
