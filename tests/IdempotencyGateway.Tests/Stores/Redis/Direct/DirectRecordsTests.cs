using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis.Direct;

/// <summary>Claims on the fast path while answers are expected, when it reads the records itself.</summary>
public sealed class DirectRecordsTests(OneServer server) : IClassFixture<OneServer>
{
    [Fact]
    public async Task Only_an_answer_to_the_same_request_is_taken_from_a_record_without_the_script()
    {
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis));
        await store.CompleteAsync(await store.WinAsync("done"));
        await store.WinAsync("sent");
        await store.HoldAsync(await store.WinAsync("held"), "status 200"u8.ToArray(), default);
        await store.CompleteAsync(await store.WinAsync("newer"));
        await server.Redis.AskAsync("SETRANGE", RedisSamples.NameOf("newer"), "2", "\u0002");
        // A destination longer than the whole record.
        await store.CompleteAsync(await store.WinAsync("damaged"));
        await server.Redis.AskAsync("SETRANGE", RedisSamples.NameOf("damaged"), "85", "\u007f\u007f\u007f\u007f");
        for (var i = 0; i < 2; i++)
            Assert.IsType<ClaimResult.Completed>(await ClaimAsync(store, "done"));

        Assert.IsType<ClaimResult.Mismatch>(await ClaimAsync(store, "done", fingerprint: "other"));
        Assert.IsType<ClaimResult.InProgress>(await ClaimAsync(store, "sent"));
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(store, "held"));
        Assert.Equal(StoreFailure.Refused, (await RedisSamples.FailsAsync(() => ClaimAsync(store, "newer"))).Failure);
        Assert.Equal(StoreFailure.Refused, (await RedisSamples.FailsAsync(() => ClaimAsync(store, "damaged"))).Failure);
    }

    private static Task<ClaimResult> ClaimAsync(RedisIdempotencyStore store, string key, string fingerprint = "body") =>
        store.ClaimAsync(RedisSamples.Request(key, "bob", fingerprint: fingerprint), default).AsTask();
}
