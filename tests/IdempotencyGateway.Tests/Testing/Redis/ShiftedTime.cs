using System.Globalization;

namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>
/// Lets time pass for the records in a Redis whose clock cannot be moved: every time in every record, its expiry too, moves into the past. To the store it is the same;
/// times read afterwards have to be moved back by <see cref="Passed"/>.
/// </summary>
public sealed class ShiftedTime
{
    private const string Shift = """
        for _, key in ipairs(redis.call('KEYS', 'ig:{*')) do
          redis.call('HINCRBY', key, 'createdAt', -ARGV[1])
          redis.call('HINCRBY', key, 'leaseUntil', -ARGV[1])
          redis.call('PEXPIREAT', key, redis.call('HINCRBY', key, 'expiresAt', -ARGV[1]))
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
