using System.Buffers;

namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// The client's name for one operation, 1 to 255 characters. Written as a structured-field string (RFC 9651, as the IETF draft
/// asks) or bare (as most clients send it); both spellings of one key are the same key. The default value is unusable.
/// </summary>
public readonly record struct IdempotencyKey
{
    public const int MaxLength = 255;

    // Visible ASCII, except the comma, which joins repeated headers, and the quote, which delimits strings.
    private static readonly SearchValues<char> BareCharacters = SearchValues.Create(
        "!#$%&'()*+-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<char> Escaped = SearchValues.Create("\"\\");

    private readonly string? _value;

    private IdempotencyKey(string value) => _value = value;

    /// <summary>The key itself, unquoted.</summary>
    public string Value => _value ?? throw new InvalidOperationException("an idempotency key is never default");

    /// <param name="headerValue">The value of the only such header; surrounding spaces and tabs are ignored.</param>
    /// <param name="defect"><see cref="KeyDefect.None"/> when it parsed.</param>
    public static bool TryParse(string? headerValue, out IdempotencyKey key, out KeyDefect defect)
    {
        var text = headerValue.AsSpan().Trim(" \t");
        string? value = null;
        defect = text is ['"', .. var afterQuote] ? Unquote(afterQuote, out value) : BareDefect(text);
        key = defect == KeyDefect.None ? new(value ?? (text.Length == headerValue!.Length ? headerValue : text.ToString())) : default;
        return defect == KeyDefect.None;
    }

    /// <summary>
    /// Derives a key for a request that was sent without one, from values in the request. It is a keyed hash, as 64 hex digits, and so always a valid key. From it the provider
    /// and the log learn only whether two requests have the same key. Keys are equal exactly when all arguments are.
    /// </summary>
    /// <param name="routeId">The key may be forwarded to a provider that cannot tell routes and callers apart, so both are part of it.</param>
    /// <param name="operation">As in <see cref="StorageKey.Derive"/>.</param>
    /// <param name="values">The values, each with the source it was found in.</param>
    public static IdempotencyKey Derive(
        StoreSecret secret, CallerScope caller, string routeId, Operation? operation, ReadOnlySpan<KeyValuePair<string, string>> values)
    {
        using var hash = new FramedHash(stackalloc byte[512]);
        hash.Add(caller.Digest);
        hash.Add(routeId);
        hash.Add(operation);
        hash.AddCount(values.Length);
        foreach (var (source, value) in values)
        {
            hash.Add(source);
            hash.Add(value);
        }
        return new(hash.Finish(secret.DerivedKeys).ToString());
    }

    /// <summary>The key as a structured-field string: quoted, with quotes and backslashes escaped.</summary>
    public string ToStructuredField() => Value.AsSpan().ContainsAny(Escaped)
        ? string.Concat("\"", Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal), "\"")
        : string.Concat("\"", Value, "\"");

    /// <summary>The key in one spelling, however the client wrote it: bare where possible, else quoted.</summary>
    public string ToHeaderValue() => Value.AsSpan().ContainsAnyExcept(BareCharacters) ? ToStructuredField() : Value;

    /// <summary>Never the key itself, so that raw keys do not reach a log by accident.</summary>
    public override string ToString() => _value is null ? "(no idempotency key)" : "(idempotency key)";

    private static KeyDefect BareDefect(ReadOnlySpan<char> text) => text switch
    {
        [] => KeyDefect.Empty,
        _ when text.Contains(',') => KeyDefect.NotOneValue,
        _ when text.ContainsAnyExcept(BareCharacters) => KeyDefect.ForbiddenCharacter,
        { Length: > MaxLength } => KeyDefect.TooLong,
        _ => KeyDefect.None,
    };

    /// <param name="text">The text after the opening quote.</param>
    private static KeyDefect Unquote(ReadOnlySpan<char> text, out string? value)
    {
        Span<char> unquoted = stackalloc char[MaxLength];
        var length = 0;
        value = null;
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            if (character == '"')
            {
                if (at + 1 < text.Length)
                    return KeyDefect.NotOneValue;
                if (length is 0 or > MaxLength)
                    return length == 0 ? KeyDefect.Empty : KeyDefect.TooLong;
                value = unquoted[..length].ToString();
                return KeyDefect.None;
            }
            if (character is < ' ' or > '~')
                return KeyDefect.ForbiddenCharacter;
            if (character == '\\')
            {
                if (++at == text.Length || text[at] is not ('"' or '\\'))
                    return KeyDefect.BrokenString;
                character = text[at];
            }
            if (length < MaxLength)
                unquoted[length] = character;
            length++;
        }
        return KeyDefect.BrokenString;
    }
}
