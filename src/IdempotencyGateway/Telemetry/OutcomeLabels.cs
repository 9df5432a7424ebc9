using System.Text.Json;

namespace IdempotencyGateway.Telemetry;

/// <summary>Outcomes as labels, made once.</summary>
internal static class OutcomeLabels
{
    private static readonly string[] Names =
        [.. Enum.GetNames<ExchangeOutcome>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public static string Label(this ExchangeOutcome outcome) => Names[(int)outcome];

    /// <summary>A repetition of a request that had been sent or was on its way, kept from the provider.</summary>
    public static bool AvoidsDuplicate(this ExchangeOutcome outcome) => outcome
        is ExchangeOutcome.Replayed or ExchangeOutcome.InProgress or ExchangeOutcome.InDoubt or ExchangeOutcome.NotRetained or ExchangeOutcome.Erased;
}
