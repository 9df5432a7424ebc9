using System.Globalization;
using System.Text;
using IdempotencyGateway.Core.Keys;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// What everything of a store is called in Redis. All names begin with its prefix and a colon, so that several stores, or other programs, have one server together without meeting.
/// The braces are a Cluster's hash tag: whatever stands around them, the slot is the same.
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

    /// <param name="prefix">Without colons and braces: two prefixes are then never one the beginning of the other's names, and no hash tag is moved.</param>
    public RedisNames(string prefix)
    {
        _record = Encoding.ASCII.GetBytes($"{prefix}:{{");
        _subject = Encoding.ASCII.GetBytes($"{prefix}:s:{{");
        _track = $"{prefix}:seen:";
        _tracks = $"{prefix}:seen-of:";
        Doubts = [.. Enumerable.Range(0, DoubtParts).Select(part => (RedisKey)$"{prefix}:open:{part:x}")];
        Channel = $"{prefix}:ended";
    }

    /// <summary>Several sorted sets, <c>ig:open:0</c> to <c>ig:open:f</c>, of which each process writes to one, so that a Cluster's nodes share the work.</summary>
    public RedisKey[] Doubts { get; }

    /// <summary><c>ig:ended</c>. The scripts make it from a record's name.</summary>
    public string Channel { get; }

    /// <summary><c>ig:{64 hex digits}</c>.</summary>
    public RedisKey Of(StorageKey key) => Of(_record, key.Digest);

    /// <summary>A subject's index: <c>ig:s:{64 hex digits}</c>.</summary>
    public RedisKey Of(SubjectKey subject) => Of(_subject, subject.Digest);

    /// <summary>A track's name, <c>ig:seen:{abc}…</c> with 64 hex digits, of which three are the tag, and that of the index over those beside it that are kept as long.</summary>
    public (RedisKey Track, RedisKey Part) OfTrack(Digest256 who, long keepMilliseconds)
    {
        var digits = who.ToString();
        var tag = digits[..TagLength];
        return ($"{_track}{{{tag}}}{digits[TagLength..]}", string.Create(CultureInfo.InvariantCulture, $"{_tracks}{{{tag}}}:{keepMilliseconds}"));
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
