using System.Globalization;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>
/// Lets time pass for the records in a Redis whose clock cannot be moved: every expiry, from which a record reckons its times, and every time in an index moves into the past. To the store it is the same;
/// what never expires stays; times read afterwards have to be moved back by <see cref="Passed"/>.
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
