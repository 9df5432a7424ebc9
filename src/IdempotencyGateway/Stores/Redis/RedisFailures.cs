using System.Globalization;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>Turns Redis's errors into messages that say what to do. After any of them it is unknown whether the operation ran.</summary>
internal static class RedisFailures
{
    /// <summary>The error codes of Redis. Its own message is shown, too.</summary>
    private static readonly (string Code, StoreFailure Failure, string Meaning)[] Codes =
    [
        ("LOADING", StoreFailure.Unreachable, "it is still loading its data, and answers when that is done"),
        ("CLUSTERDOWN", StoreFailure.Unreachable, "the Cluster is down or some of its slots have no master"),
        ("TRYAGAIN", StoreFailure.Unreachable, "a slot is on the move"),
        ("MASTERDOWN", StoreFailure.Unreachable, "it is a replica that lost its master"),
        ("MOVED", StoreFailure.Unreachable, "slots moved faster than they could be followed"),
        ("ASK", StoreFailure.Unreachable, "slots moved faster than they could be followed"),
        ("BUSY", StoreFailure.Unreachable, "it is busy running a script"),
        ("OOM", StoreFailure.Full, "its memory is full; raise maxmemory, or shorten the retention"),
        ("READONLY", StoreFailure.Refused, "it is a read-only replica; name the master, or its Sentinel, in the configuration"),
        ("NOREPLICAS", StoreFailure.Refused, "it has fewer good replicas than its own min-replicas-to-write"),
        ("MISCONF", StoreFailure.Refused, "it cannot write to its disk and therefore takes no writes; look at its log"),
        ("NOAUTH", StoreFailure.Refused, "it asks for a password; set Store:Redis:PasswordFile"),
        ("WRONGPASS", StoreFailure.Refused, "user or password is wrong; check Store:Redis:User and Store:Redis:PasswordFile"),
        ("NOPERM", StoreFailure.Refused, "the user may not do that; it needs +@all on ~ig:* and &ig:* (or on what Store:Redis:KeyPrefix says instead of ig), or at least the commands in Stores/Redis/README.md"),
        ("WRONGTYPE", StoreFailure.Refused, "a record's key holds something that is not a record; another program writes keys that begin with ig: (or with Store:Redis:KeyPrefix)"),
        ("NOSCRIPT", StoreFailure.Refused, "it lost a script that it had just loaded"),
    ];

    /// <param name="where">The servers, as the configuration names them.</param>
    public static StoreUnavailableException ToUnavailable(this Exception failure, string where) => failure switch
    {
        StoreUnavailableException already => already,
        RedisServerException refusal => FromReply(refusal.Message, where, refusal),
        TimeoutException => new(StoreFailure.Unreachable, $"Redis at {where} did not answer in time", failure),
        ObjectDisposedException => new(StoreFailure.Unreachable, $"Redis at {where}: the connection is being replaced or closed", failure),
        RedisConnectionException => new(StoreFailure.Unreachable, $"Redis at {where} cannot be reached ({FirstLine(failure.Message)})", failure),
        _ => new(StoreFailure.Unreachable, $"Redis at {where}: {FirstLine(failure.Message)}", failure),
    };

    /// <param name="reply">An error reply. Older servers wrap an error inside a script into a message of their own.</param>
    public static StoreUnavailableException FromReply(string reply, string where, Exception? inner = null)
    {
        if (FormatOf(reply) is { } format)
            return new(StoreFailure.Refused, DescribeFormat(format, where), inner);
        foreach (var (code, failure, meaning) in Codes)
        {
            if (Has(reply, code))
                return new(failure, $"Redis at {where}: {meaning} ({FirstLine(reply)})", inner);
        }
        if (reply.Contains("serving hashslot", StringComparison.Ordinal))
            return new(StoreFailure.Unreachable, $"Redis at {where}: the node that has the record cannot be reached ({FirstLine(reply)})", inner);
        if (reply.Contains("invalid password", StringComparison.OrdinalIgnoreCase) || reply.Contains("without any password", StringComparison.OrdinalIgnoreCase))
            return new(StoreFailure.Refused, $"Redis at {where}: the password is wrong ({FirstLine(reply)}); check Store:Redis:PasswordFile", inner);
        return new(StoreFailure.Refused, $"Redis at {where} refused with an unknown error ({FirstLine(reply)})", inner);
    }

    public static bool Has(string reply, string code) =>
        reply.StartsWith(code + " ", StringComparison.Ordinal) || reply == code || reply.Contains($": {code} ", StringComparison.Ordinal)
            || reply.Contains($": -{code} ", StringComparison.Ordinal);

    private static string? FormatOf(string reply)
    {
        const string Code = "IGFORMAT ";
        var start = reply.IndexOf(Code, StringComparison.Ordinal);
        return start < 0 ? null : reply[(start + Code.Length)..].Split(' ', 2)[0];
    }

    private static string DescribeFormat(string format, string where) => int.TryParse(format, CultureInfo.InvariantCulture, out var number)
        ? $"Redis at {where}: the record has format {number}, and this gateway reads format {RecordLayout.Format}; update this gateway, it is older than another that shares the store"
        : $"Redis at {where}: a record's key holds something that is not a record; another program writes keys that begin with ig: (or with Store:Redis:KeyPrefix)";

    private static string FirstLine(string text) => text.Split('\n', '\r')[0];
}
