using System.Globalization;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>
/// Simulates the passing of time in a Redis, whose clock a test cannot move: it moves every key's expiry (from which the times in a record are computed) and every time in an
/// index into the past. Keys without an expiry stay. A test must add <see cref="Passed"/> to times that it reads afterwards.
/// </summary>
public sealed class ShiftedTime
{
    private const string Shift = """
        for _, key in ipairs(redis.call('KEYS', 'ig:*')) do
          if redis.call('TYPE', key).ok == 'zset' then
            for _, entry in ipairs(redis.call('ZRANGE', key, 0, -1)) do
              redis.call('ZINCRBY', key, -ARGV[1], entry)
            end
            if redis.call('PTTL', key) > 0 then
              redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[1])
            end
          else
            local expires = redis.call('PEXPIRETIME', key)
            if expires > 0 then
              redis.call('PEXPIREAT', key, expires - ARGV[1])
            end
          end
        end
        """;

    public TimeSpan Passed { get; private set; }

    public async Task AdvanceAsync(TimeSpan duration, params IReadOnlyList<RedisProcess> masters)
    {
        foreach (var master in masters)
            await master.AskAsync("EVAL", Shift, "0", ((long)duration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        Passed += duration;
    }
}
