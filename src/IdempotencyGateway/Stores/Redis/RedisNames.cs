using System.Globalization;
using System.Text;
using IdempotencyGateway.Core.Keys;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// The names of keys and channels in Redis. All begin with the store's prefix and a colon, so that several stores, or other programs, can share a server.
/// The braces are a Cluster's hash tag: only what is inside them decides the slot.
/// </summary>
internal sealed class RedisNames
{
    private const int DoubtParts = 16;
    private const int TagLength = 3;
    private const int HexLength = Digest256.SizeInBytes * 2;

    private readonly byte[] _record;
    private readonly byte[] _subject;
    private readonly string _track;
    private readonly string _tracks;

    /// <param name="prefix">Without colons, so that no store's names begin with another one's prefix, and without braces, which would change the hash tag.</param>
    public RedisNames(string prefix)
    {
        _record = Encoding.ASCII.GetBytes($"{prefix}:{{");
        _subject = Encoding.ASCII.GetBytes($"{prefix}:s:{{");
        _track = $"{prefix}:seen:";
        _tracks = $"{prefix}:seen-of:";
        Doubts = [.. Enumerable.Range(0, DoubtParts).Select(part => (RedisKey)$"{prefix}:open:{part:x}")];
        Channel = $"{prefix}:ended";
    }

    /// <summary>Sorted sets, <c>ig:open:0</c> to <c>ig:open:f</c>. Each process writes to one of them, so that a Cluster's nodes share the load.</summary>
    public RedisKey[] Doubts { get; }

    /// <summary><c>ig:ended</c>. The scripts derive it from a record's name.</summary>
    public string Channel { get; }

    /// <summary><c>ig:{64 hex digits}</c>.</summary>
    public RedisKey Of(StorageKey key) => Of(_record, key.Digest);

    /// <summary>A subject's index: <c>ig:s:{64 hex digits}</c>.</summary>
    public RedisKey Of(SubjectKey subject) => Of(_subject, subject.Digest);

    /// <summary>
    /// A track's name, <c>ig:seen:{abc}…</c> with 64 hex digits, of which three are the hash tag, and the name of its part: the index of the tracks that share tag and time to keep.
    /// </summary>
    public (RedisKey Track, RedisKey Part) OfTrack(Digest256 who, long keepMilliseconds)
    {
        var digits = who.ToString();
        var tag = digits[..TagLength];
        return ($"{_track}{{{tag}}}{digits[TagLength..]}", string.Create(CultureInfo.InvariantCulture, $"{_tracks}{{{tag}}}:{keepMilliseconds}"));
    }

    /// <summary>Reads the storage key from the digits at the start of a message.</summary>
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

    private static byte[] Of(byte[] front, Digest256 digest)
    {
        Span<byte> bytes = stackalloc byte[Digest256.SizeInBytes];
        digest.Write(bytes);
        var name = new byte[front.Length + HexLength + 1];
        front.CopyTo(name, 0);
        Convert.TryToHexStringLower(bytes, name.AsSpan(front.Length), out _);
        name[^1] = (byte)'}';
        return name;
    }
}
