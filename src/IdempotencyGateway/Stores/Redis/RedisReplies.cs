using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>Reads the scripts' replies, which are documented at the head of each script.</summary>
internal static class RedisReplies
{
    public static bool IsWon(RedisResult claim) => (int)((RedisResult[])claim)[0] == 1;

    /// <param name="won">A won claim.</param>
    public static long FenceOf(RedisResult won) => (long)((RedisResult[])won)[1];

    public static bool IsApplied(RedisResult transition) => (int)transition == 1;

    public static ClaimResult ReadClaim(RedisResult reply, ClaimRequest request)
    {
        var items = (RedisResult[])reply;
        return (int)items[0] switch
        {
            1 => new ClaimResult.Won(new ClaimTicket(request.Key, request.Owner, (long)items[1]), ReadDestination(items[2])) { Evidence = ReadEvidence(items[3]) },
            2 => new ClaimResult.InProgress(ReadDuration(items[1])),
            3 => new ClaimResult.Completed((byte[])items[1], ReadDuration(items[2]), (long)items[3]),
            4 => ClaimResult.Mismatch.Instance,
            5 => new ClaimResult.InDoubt((byte[])items[1], ReadDestination(items[2]), (long)items[3]),
            var other => throw new InvalidOperationException($"no claim result {other}"),
        };
    }

    public static TransitionResult ReadTransition(RedisResult reply) => ReadTransition((long)reply);

    public static TransitionResult ReadTransition(long reply) => reply switch
    {
        1 => TransitionResult.Applied,
        0 => TransitionResult.Lost,
        -1 => TransitionResult.Missing,
        var other => throw new InvalidOperationException($"no transition result {other}"),
    };

    public static StoredRecord? ReadRecord(RedisResult reply)
    {
        var items = (RedisResult[])reply;
        return items.Length == 0
            ? null
            : new(
                (RecordState)(int)items[0],
                (long)items[1],
                DateTimeOffset.FromUnixTimeMilliseconds((long)items[2]),
                DateTimeOffset.FromUnixTimeMilliseconds((long)items[3]),
                ReadDuration(items[4]),
                ReadDestination(items[5]),
                (byte[])items[6]);
    }

    public static TimeSpan? ReadOrder(RedisResult reply) => (long)reply is >= 0 and var microseconds ? TimeSpan.FromMicroseconds(microseconds) : null;

    public static IReadOnlyList<SubjectEntry> ReadSubject(RedisResult reply) =>
        [.. ((RedisResult[])reply).Select(entry => SubjectEntry.Read((byte[])entry))];

    private static TimeSpan ReadDuration(RedisResult milliseconds) => TimeSpan.FromMilliseconds((long)milliseconds);

    private static ReadOnlyMemory<byte> ReadEvidence(RedisResult bytes) => (byte[])bytes is { Length: > 0 } evidence ? evidence : default;

    private static string? ReadDestination(RedisResult text) => (string)text is { Length: > 0 } destination ? destination : null;
}
