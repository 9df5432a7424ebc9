namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// The client's name for one operation, 1 to 255 characters. Written as a structured-field string (RFC 9651, as the IETF draft
/// asks) or bare (as most clients send it); both spellings of one key are the same key. The default value is unusable.
/// </summary>
public readonly record struct IdempotencyKey
{
    public const int MaxLength = 255;
    private readonly string? _value;

    private IdempotencyKey(string value) => _value = value;

    /// <summary>The key itself, unquoted.</summary>
    public string Value => _value ?? throw new InvalidOperationException("an idempotency key is never default");
}
