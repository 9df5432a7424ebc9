namespace IdempotencyGateway.Core.Keys;

/// <summary>Why a header value is not an Idempotency-Key.</summary>
public enum KeyDefect
{
    None,

    /// <summary>Nothing in it, or an empty string ("").</summary>
    Empty,

    /// <summary>More than <see cref="IdempotencyKey.MaxLength"/> characters once unquoted.</summary>
    TooLong,

    /// <summary>A character outside visible ASCII; a bare value may hold no space and no quote either, a string may hold spaces.</summary>
    ForbiddenCharacter,

    /// <summary>More than one value: a comma outside quotes, or something after the closing quote.</summary>
    NotOneValue,

    /// <summary>A string that does not end, or a backslash before anything but a quote or a backslash.</summary>
    BrokenString,
}
