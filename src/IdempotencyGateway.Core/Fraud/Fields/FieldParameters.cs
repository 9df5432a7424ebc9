namespace IdempotencyGateway.Core.Fraud.Fields;

/// <summary>The parameters of an item (RFC 9651 §3.1.2). Keys are valid and unique. Two are equal when they have the same parameters in the same order.</summary>
public sealed class FieldParameters : IEquatable<FieldParameters>
{
    public const int MaxCount = 8;

    private readonly KeyValuePair<string, FieldValue>[] _parameters;

    private FieldParameters(KeyValuePair<string, FieldValue>[] parameters) => _parameters = parameters;

    public static FieldParameters None { get; } = new([]);

    public ReadOnlySpan<KeyValuePair<string, FieldValue>> All => _parameters;

    /// <summary>An upper bound of the number of characters needed to write them.</summary>
    public int MaxWrittenLength
    {
        get
        {
            var length = 0;
            foreach (var (key, value) in _parameters)
                length += 2 + key.Length + value.MaxWrittenLength;
            return length;
        }
    }

    /// <exception cref="ArgumentException">There are too many, or a key is invalid or repeated.</exception>
    public static FieldParameters Of(params ReadOnlySpan<(string Key, FieldValue Value)> parameters)
    {
        var made = new KeyValuePair<string, FieldValue>[parameters.Length];
        for (var at = 0; at < made.Length; at++)
            made[at] = new(parameters[at].Key, parameters[at].Value);
        return TryOf(made) ?? throw new ArgumentException("too many parameters, or an invalid or repeated key", nameof(parameters));
    }

    /// <returns>Null where <see cref="Of"/> throws.</returns>
    internal static FieldParameters? TryOf(KeyValuePair<string, FieldValue>[] parameters)
    {
        if (parameters.Length > MaxCount)
            return null;
        for (var at = 0; at < parameters.Length; at++)
        {
            if (parameters[at].Value.Kind == FieldKind.None || !FieldKey.IsValid(parameters[at].Key) || Stands(parameters[at].Key, parameters.AsSpan(0, at)))
                return null;
        }
        return parameters.Length == 0 ? None : new(parameters);
    }

    public bool Equals(FieldParameters? other) => other is not null && All.SequenceEqual(other.All);

    public override bool Equals(object? obj) => Equals(obj as FieldParameters);

    public override int GetHashCode() => _parameters.Length == 0 ? 0 : HashCode.Combine(_parameters.Length, _parameters[0].Key, _parameters[0].Value);

    /// <summary>As written after an item: <c>;n=31;win=60</c>.</summary>
    public override string ToString()
    {
        var text = new System.Text.StringBuilder();
        foreach (var (key, value) in _parameters)
            text.Append(';').Append(key).Append('=').Append(value);
        return text.ToString();
    }

    private static bool Stands(string key, ReadOnlySpan<KeyValuePair<string, FieldValue>> before)
    {
        foreach (var (other, _) in before)
        {
            if (other == key)
                return true;
        }
        return false;
    }
}
