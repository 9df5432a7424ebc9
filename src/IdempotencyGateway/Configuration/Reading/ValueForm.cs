namespace IdempotencyGateway.Configuration.Reading;

/// <summary>How one kind of value is written.</summary>
/// <param name="Description">What a wrong value is told to be: "a duration from 1s to 10m (…)".</param>
/// <param name="TryRead">Reads the text, limits included.</param>
/// <param name="Show">Writes a value as the file would.</param>
internal sealed record ValueForm<T>(string Description, TryRead<T> TryRead, Func<T, string> Show)
    where T : notnull
{
    public JsonShape Shape { get; init; } = JsonShape.Text;
}

internal delegate bool TryRead<T>(string text, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value);
