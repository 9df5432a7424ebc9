namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>What Redis answered to one command: a number, bytes, nothing at all, or an error. The commands that go this way have no other answers.</summary>
/// <param name="Bytes">Of a bulk or simple string, or of an error's text; null for nothing and for a number.</param>
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
