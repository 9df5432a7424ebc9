using System.Security.Cryptography;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Testing.Redis;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>What an erasure leaves in Redis's files and for how long, as the store's README says.</summary>
public sealed class ErasedInRedisTests
{
    [Fact]
    public async Task Of_an_erased_record_nothing_is_left_once_redis_has_written_its_files_anew()
    {
        await using var redis = await RedisProcess.StartAsync("appendfsync always", "rdbcompression no");
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis));
        var (erased, kept) = (RandomNumberGenerator.GetBytes(5000), RandomNumberGenerator.GetBytes(5000));
        await store.CompleteAsync(await store.WinAsync("erased"), erased, RedisSamples.Retention, default);
        await store.CompleteAsync(await store.WinAsync("kept"), kept, RedisSamples.Retention, default);
        await redis.AskAsync("SAVE");

        Assert.Equal(TransitionResult.Applied, await store.EraseAsync(StoreSamples.Key("erased"), "tombstone"u8.ToArray(), default));
        Assert.True(IsInFiles(redis, erased));
        await redis.AskAsync("SAVE");
        await redis.AskAsync("BGREWRITEAOF");
        await Eventually.TrueAsync(
            "the append-only file is rewritten and the old one gone", () => Task.FromResult(!IsInFiles(redis, erased)));

        Assert.True(IsInFiles(redis, kept));
        Assert.Equal(kept, (await store.FindAsync(StoreSamples.Key("kept"), default))!.Response.ToArray());
    }

    private static bool IsInFiles(RedisProcess redis, byte[] content)
    {
        foreach (var file in Directory.GetFiles(redis.Folder, "*", SearchOption.AllDirectories))
        {
            try
            {
                var bytes = File.ReadAllBytes(file);
                if (bytes.AsSpan().IndexOf(content.AsSpan(0, 64)) >= 0)
                    return true;
            }
            catch (FileNotFoundException)
            {
                // Redis may delete a file between listing and reading.
            }
        }
        return false;
    }
}
