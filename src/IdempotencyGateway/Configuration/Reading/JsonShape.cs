namespace IdempotencyGateway.Configuration.Reading;

/// <summary>How a value is written in JSON, as far as a schema can say it: what editors offer and underline. The rest is for the reader to judge.</summary>
/// <param name="Types">JSON schema's names: string, integer, boolean.</param>
internal sealed record JsonShape(params string[] Types)
{
    public static JsonShape Text { get; } = new("string");

    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>An ECMA 262 regular expression, anchored.</summary>
    public string? Pattern { get; init; }

    public (long Min, long Max)? Limits { get; init; }
}
