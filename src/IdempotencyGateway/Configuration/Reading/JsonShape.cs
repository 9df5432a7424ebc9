namespace IdempotencyGateway.Configuration.Reading;

/// <summary>The JSON form of a value, as far as a JSON schema can express it, for editors. The reader checks the rest.</summary>
/// <param name="Types">JSON schema's names: string, integer, boolean.</param>
internal sealed record JsonShape(params string[] Types)
{
    public static JsonShape Text { get; } = new("string");

    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>An ECMA 262 regular expression, anchored.</summary>
    public string? Pattern { get; init; }

    public (long Min, long Max)? Limits { get; init; }
}
