using IdempotencyGateway.Core.Keys;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>A record's name in Redis: <c>ig:{64 hex digits}</c>. The braces are a Cluster's hash tag: whatever is added around them stays in the same slot.</summary>
internal static class RecordKey
{
    private const int HexLength = Digest256.SizeInBytes * 2;

    public static RedisKey Of(StorageKey key)
    {
        Span<byte> digest = stackalloc byte[Digest256.SizeInBytes];
        key.Digest.Write(digest);
        var name = new byte["ig:{}".Length + HexLength];
        "ig:{"u8.CopyTo(name);
        Convert.TryToHexStringLower(digest, name.AsSpan("ig:{".Length), out _);
        name[^1] = (byte)'}';
        return name;
    }

    /// <summary>Reads the digits at the front of a message.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out StorageKey key)
    {
        Span<byte> digest = stackalloc byte[Digest256.SizeInBytes];
        key = default;
        if (message.Length < HexLength
            || Convert.FromHexString(message[..HexLength], digest, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }
        key = new(Digest256.Read(digest));
        return true;
    }
}
