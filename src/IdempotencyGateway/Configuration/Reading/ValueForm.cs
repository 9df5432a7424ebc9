namespace IdempotencyGateway.Configuration.Reading;

/// <summary>The written form of one kind of value, independent of the type that it is read into.</summary>
/// <param name="Description">What is expected, for messages about a wrong value: "a duration from 1s to 10m (…)".</param>
internal abstract record ValueForm(string Description)
{
    public JsonShape Shape { get; init; } = JsonShape.Text;

    /// <summary>Whether messages must not quote the value.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Writes a value as the file would.</summary>
    public abstract string ShowValue(object value);
}

/// <param name="TryRead">Parses the text and checks its limits.</param>
/// <param name="Show">Writes a value as the file would.</param>
/// <inheritdoc cref="ValueForm"/>
internal sealed record ValueForm<T>(string Description, TryRead<T> TryRead, Func<T, string> Show) : ValueForm(Description)
    where T : notnull
{
    public override string ShowValue(object value) => Show((T)value);
}

internal delegate bool TryRead<T>(string text, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value);
