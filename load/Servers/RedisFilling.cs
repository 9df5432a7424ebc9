using StackExchange.Redis;

namespace IdempotencyGateway.Load.Servers;

/// <summary>
/// Fills a Redis with recorded answers by a script in Redis itself, in the format that <c>src/IdempotencyGateway/Stores/Redis/Lua</c> writes.
/// Then it looks up each key once. Redis resizes its hash table incrementally, a little with each command, which takes a third of its time. A store that grew over days has finished that;
/// a store that was filled within minutes has not.
/// </summary>
internal static class RedisFilling
{
    private const long RecordsAtOnce = 5_000;

    private const string Fill = """
        local response = string.rep('x', 500)
        for i = tonumber(ARGV[1]), tonumber(ARGV[2]) - 1 do
          local digits = redis.sha1hex(i) .. redis.sha1hex('second' .. i)
          local head = struct.pack('>c2BBBc16i8c32c8i8i8I4', 'ig', 1, 3, 0, digits, 1, digits, string.rep('\0', 8), 0, 86400000, 3)
          redis.call('SET', 'ig:{' .. string.sub(digits, 1, 64) .. '}', head .. 'one' .. response, 'PX', 86400000)
        end
        """;

    private const string Look = """
        for i = tonumber(ARGV[1]), tonumber(ARGV[2]) - 1 do
          redis.call('EXISTS', 'ig:{' .. string.sub(redis.sha1hex(i) .. redis.sha1hex('second' .. i), 1, 64) .. '}')
        end
        """;

    public static async Task FillAsync(Uri server, long records)
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync(server.Authority);
        // Otherwise the continuation after a reply would run on the thread that reads the next replies.
        connection.PreserveAsyncOrder = false;
        var database = connection.GetDatabase();
        foreach (var script in new[] { Fill, Look })
        {
            for (var from = 0L; from < records; from += RecordsAtOnce)
                await database.ScriptEvaluateAsync(script, values: [from, Math.Min(from + RecordsAtOnce, records)]);
        }
    }
}
