using System.Text.Json;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Telemetry;

/// <summary>The operations of a store, as metrics and spans name them.</summary>
public enum StoreVerb
{
    Claim,
    MarkSent,
    Renew,
    Complete,
    Hold,
    Release,
    Find,
    Resolve,
    Erase,
}

internal static class StoreLabels
{
    private static readonly string[] Verbs = [.. Enum.GetNames<StoreVerb>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
    private static readonly string[] Failures = [.. Enum.GetNames<StoreFailure>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public static string Label(this StoreVerb verb) => Verbs[(int)verb];

    public static string Label(this StoreFailure failure) => Failures[(int)failure];
}
