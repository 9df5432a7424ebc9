namespace IdempotencyGateway.Configuration.Reading;

/// <summary>How one kind of value is written, whatever it is read into.</summary>
/// <param name="Description">What a wrong value should have been, for the message: "a duration from 1s to 10m (…)".</param>
internal abstract record ValueForm(string Description)
{
    public JsonShape Shape { get; init; } = JsonShape.Text;

    /// <summary>A mistake is reported without quoting the value.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Writes a value as the file would.</summary>
    public abstract string ShowValue(object value);
}

/// <param name="TryRead">Reads the text, limits included.</param>
/// <param name="Show">Writes a value as the file would.</param>
/// <inheritdoc cref="ValueForm"/>
internal sealed record ValueForm<T>(string Description, TryRead<T> TryRead, Func<T, string> Show) : ValueForm(Description)
    where T : notnull
{
    public override string ShowValue(object value) => Show((T)value);
}

internal delegate bool TryRead<T>(string text, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value);
