using System.Text.Json.Serialization;

namespace IdempotencyGateway.Admin.Health;

/// <summary>Whether the gateway should get new requests, part by part.</summary>
/// <param name="Status"><c>ready</c>, or the names of the parts that are not, joined by commas.</param>
internal sealed record ReadyAnswer(string Status, PartAnswer Store, PartAnswer Config, PartAnswer Destinations, PartAnswer Draining)
{
    public const string Ready = "ready";

    [JsonIgnore]
    public bool IsReady => Status == Ready;

    public static ReadyAnswer Of(PartAnswer store, PartAnswer config, PartAnswer destinations, PartAnswer draining)
    {
        (string Name, PartAnswer Part)[] parts =
            [("store", store), ("config", config), ("destinations", destinations), ("draining", draining)];
        var missing = string.Join(", ", parts.Where(p => !p.Part.Ok).Select(p => p.Name));
        return new(missing.Length == 0 ? Ready : missing, store, config, destinations, draining);
    }
}

/// <param name="Detail">Why the part is not ready; a warning if <paramref name="Ok"/>.</param>
internal sealed record PartAnswer(bool Ok, string? Detail = null);
