using System.Globalization;
using IdempotencyGateway.Core.Claims;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.RedLock;

/// <summary>Reads a script's reply as an outcome. A malformed reply counts as refused; nothing is guessed.</summary>
internal static class NodeReply
{
    public static NodeOutcome Read(RedisResult reply)
    {
        if (reply.IsNull || (RedisValue[]?)reply is not [var word, .. var fields])
            return new NodeOutcome.Refused("answered nothing");
        return ((string?)word, ReadHeld(fields)) switch
        {
            ("acquired", _) => NodeOutcome.Acquired.Instance,
            ("free", _) => NodeOutcome.Free.Instance,
            ("expired", _) => NodeOutcome.Expired.Instance,
            ("conflicted", { } held) => new NodeOutcome.Conflicted(held),
            ("lost", { } held) => new NodeOutcome.Lost(held),
            _ => new NodeOutcome.Refused("its entry is not of the form that this version writes"),
        };
    }

    /// <returns>Null when a field is missing or malformed. An unknown state counts as sent.</returns>
    private static HeldGuard? ReadHeld(RedisValue[] fields)
    {
        if (fields is not [var owner, var fence, var state, var destination, var remaining])
            return null;
        if ((byte[]?)owner is not { Length: OwnerId.SizeInBytes } bytes)
            return null;
        if (!long.TryParse((string?)fence, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        // PTTL is -1 when somebody removed the expiry by hand. Then waiting is of no use.
        var milliseconds = Math.Max(0, (long)remaining);
        return new(OwnerId.From(bytes), number, state != "claimed", (string?)destination ?? "", TimeSpan.FromMilliseconds(milliseconds));
    }
}
