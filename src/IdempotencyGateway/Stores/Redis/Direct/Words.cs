namespace IdempotencyGateway.Stores.Redis.Direct;

/// <summary>The names of commands and options, as bytes.</summary>
internal static class Words
{
    public static readonly byte[] Set = "SET"u8.ToArray();
    public static readonly byte[] IfAbsent = "NX"u8.ToArray();
    public static readonly byte[] AndGet = "GET"u8.ToArray();
    public static readonly byte[] ExpireIn = "PX"u8.ToArray();
    public static readonly byte[] TimeLeft = "PTTL"u8.ToArray();
    public static readonly byte[] RunByHash = "EVALSHA"u8.ToArray();
    public static readonly byte[] OneKey = "1"u8.ToArray();
    public static readonly byte[] AddScored = "ZADD"u8.ToArray();
    public static readonly byte[] Remove = "ZREM"u8.ToArray();
    public static readonly byte[] Select = "SELECT"u8.ToArray();
    public static readonly byte[] Ping = "PING"u8.ToArray();
}
