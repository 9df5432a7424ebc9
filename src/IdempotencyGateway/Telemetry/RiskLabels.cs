using System.Text.Json;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Telemetry;

/// <summary>The labels of risk levels and actions.</summary>
internal static class RiskLabels
{
    private static readonly string[] Levels = [.. Enum.GetNames<RiskLevel>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public static string Label(this RiskLevel level) => Levels[(int)level];

    public static string Label(this RiskAction action) => action switch
    {
        RiskAction.Annotate => "annotate",
        RiskAction.Block => "block",
        RiskAction.Route => "route",
        _ => throw new InvalidOperationException($"no label for {action.GetType()}"),
    };
}
