using StackExchange.Redis;

namespace IdempotencyGateway.Load.Servers;

/// <summary>Fills a Redis with recorded answers, by a script in Redis itself: hashes as <c>src/IdempotencyGateway/Stores/Redis/Lua</c> writes them.</summary>
internal static class RedisFilling
{
    private const long RecordsAtOnce = 5_000;

    private const string Script = """
        local time = redis.call('TIME')[1] * 1000
        local response = string.rep('x', 500)
        for i = tonumber(ARGV[1]), tonumber(ARGV[2]) - 1 do
          local digits = redis.sha1hex(i) .. redis.sha1hex('second' .. i)
          local key = 'ig:{' .. string.sub(digits, 1, 64) .. '}'
          redis.call('HSET', key, 'format', 1, 'state', 3, 'owner', string.sub(digits, 1, 16), 'fence', 1, 'leaseUntil', 0, 'fingerprint', string.sub(digits, 1, 32),
            'destination', 'one', 'createdAt', time, 'expiresAt', time + 86400000, 'response', response)
          redis.call('PEXPIREAT', key, time + 86400000)
        end
        """;

    public static async Task FillAsync(Uri server, long records)
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync(server.Authority);
        // Else what follows an answer would run where the next answers are read.
        connection.PreserveAsyncOrder = false;
        var database = connection.GetDatabase();
        for (var from = 0L; from < records; from += RecordsAtOnce)
            await database.ScriptEvaluateAsync(Script, values: [from, Math.Min(from + RecordsAtOnce, records)]);
    }
}
