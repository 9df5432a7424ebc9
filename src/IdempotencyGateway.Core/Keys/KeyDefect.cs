namespace IdempotencyGateway.Core.Keys;

/// <summary>Why a header value is not an Idempotency-Key.</summary>
public enum KeyDefect
{
    None,

    /// <summary>The value is missing, blank, or an empty string ("").</summary>
    Empty,

    /// <summary>More than <see cref="IdempotencyKey.MaxLength"/> characters once unquoted.</summary>
    TooLong,

    /// <summary>A character outside visible ASCII, or a space or quote in a bare value. A quoted string may contain spaces.</summary>
    ForbiddenCharacter,

    /// <summary>More than one value: a comma outside quotes, or text after the closing quote.</summary>
    NotOneValue,

    /// <summary>A string without a closing quote, or with a backslash before anything but a quote or a backslash.</summary>
    BrokenString,
}
