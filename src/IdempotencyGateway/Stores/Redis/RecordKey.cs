using System.Globalization;
using IdempotencyGateway.Core.Keys;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>A record's name in Redis: <c>ig:{64 hex digits}</c>. The braces are a Cluster's hash tag: whatever is added around them stays in the same slot.</summary>
internal static class RecordKey
{
    private const int TagLength = 3;
    private const int HexLength = Digest256.SizeInBytes * 2;

    public static RedisKey Of(StorageKey key) => Of("ig:{"u8, key.Digest);

    /// <summary>A subject's index: <c>ig:s:{64 hex digits}</c>.</summary>
    public static RedisKey Of(SubjectKey subject) => Of("ig:s:{"u8, subject.Digest);

    /// <summary>A track's name, <c>ig:seen:{abc}…</c> with 64 hex digits, of which three are the tag, and that of the index over those beside it that are kept as long.</summary>
    public static (RedisKey Track, RedisKey Part) OfTrack(Digest256 who, long keepMilliseconds)
    {
        var digits = who.ToString();
        var tag = digits[..TagLength];
        return ($"ig:seen:{{{tag}}}{digits[TagLength..]}", string.Create(CultureInfo.InvariantCulture, $"ig:seen-of:{{{tag}}}:{keepMilliseconds}"));
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

    private static byte[] Of(ReadOnlySpan<byte> front, Digest256 digest)
    {
        Span<byte> bytes = stackalloc byte[Digest256.SizeInBytes];
        digest.Write(bytes);
        var name = new byte[front.Length + HexLength + 1];
        front.CopyTo(name);
        Convert.TryToHexStringLower(bytes, name.AsSpan(front.Length), out _);
        name[^1] = (byte)'}';
        return name;
    }
}
