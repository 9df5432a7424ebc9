using System.Text.Json;

namespace IdempotencyGateway.Telemetry;

/// <summary>The labels of outcomes.</summary>
internal static class OutcomeLabels
{
    private static readonly string[] Names =
        [.. Enum.GetNames<ExchangeOutcome>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public static string Label(this ExchangeOutcome outcome) => Names[(int)outcome];

    /// <summary>True when the request repeated one that was sent or under way, and was not sent to the provider again.</summary>
    public static bool AvoidsDuplicate(this ExchangeOutcome outcome) => outcome
        is ExchangeOutcome.Replayed or ExchangeOutcome.InProgress or ExchangeOutcome.InDoubt or ExchangeOutcome.NotRetained or ExchangeOutcome.Erased;
}
