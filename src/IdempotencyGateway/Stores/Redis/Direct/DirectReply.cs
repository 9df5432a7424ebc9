namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>Redis's reply to one command: a number, bytes, null, or an error. The commands of this connection have no other replies.</summary>
/// <param name="Bytes">A bulk or simple string, or an error's text; null for the other kinds.</param>
internal readonly record struct DirectReply(DirectReplyKind Kind, long Number, byte[]? Bytes)
{
    public bool IsError => Kind == DirectReplyKind.Error;
}

internal enum DirectReplyKind
{
    Nothing,
    Number,
    Bytes,
    Error,
}
