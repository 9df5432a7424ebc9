using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Protection;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.RedLock;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Protection;

/// <summary>The mark that ties a store to the store secret: a gateway with another secret is refused, whatever the kind of store.</summary>
public sealed class SecretMarkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_embedded_store_takes_the_secret_that_it_began_with_and_no_other()
    {
        await using (var first = OpenSqlite())
            await SecretMark.CheckAsync(first, Secret(1), "the file");
        await using var second = OpenSqlite();

        await SecretMark.CheckAsync(second, Secret(1), "the file");
        await AssertRefusedAsync(second);
        Assert.Equal(0, await second.CountDoubtsAsync(default));
    }

    [Fact]
    public async Task Gateways_on_one_Redis_have_one_secret_or_do_not_start()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var first = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis));
        await using var second = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis));

        await SecretMark.CheckAsync(first, Secret(1), "the file");

        await SecretMark.CheckAsync(second, Secret(1), "the file");
        await AssertRefusedAsync(second);
    }

    [Theory]
    [InlineData(nameof(IIdempotencyStore.ClaimAsync), StoreFailure.Full)]
    [InlineData(nameof(IIdempotencyStore.ClaimAsync), StoreFailure.Unreachable)]
    [InlineData(nameof(IIdempotencyStore.CompleteAsync), StoreFailure.Unreachable)]
    public async Task A_start_that_cannot_write_the_mark_goes_on_and_the_next_one_writes_it(string operation, StoreFailure failure)
    {
        await using var sqlite = OpenSqlite();
        var store = new UnreliableStore(sqlite);
        store.Break(operation, failure);
        await SecretMark.CheckAsync(store, Secret(1), "the file");
        store.Mend();

        await SecretMark.CheckAsync(store, Secret(1), "the file");

        await AssertRefusedAsync(store);
    }

    [Fact]
    public async Task A_mark_that_cannot_be_compared_just_now_is_not_taken_for_the_right_one()
    {
        await using var sqlite = OpenSqlite();
        await SecretMark.CheckAsync(sqlite, Secret(1), "the file");
        var store = new UnreliableStore(sqlite);
        store.Break(nameof(IIdempotencyStore.ClaimAsync));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => SecretMark.CheckAsync(store, Secret(2), "the file"));
    }

    [Fact]
    public async Task A_start_that_died_before_the_mark_was_whole_leaves_no_doubt_behind()
    {
        await using (var first = OpenSqlite())
        {
            var store = new UnreliableStore(first);
            store.Break(nameof(IIdempotencyStore.CompleteAsync));
            await SecretMark.CheckAsync(store, Secret(1), "the file");
        }
        await using var second = OpenSqlite();

        await SecretMark.CheckAsync(second, Secret(1), "the file");

        Assert.Equal(0, await second.CountDoubtsAsync(default));
        await AssertRefusedAsync(second);
    }

    /// <summary>The nodes remember the mark, and the store that lost it gets it back.</summary>
    [Fact]
    public async Task A_store_that_forgot_its_mark_under_nodes_that_did_not_has_it_again_and_is_in_no_doubt()
    {
        await using var nodes = await RedisNodes.StartAsync(3);
        await using var redis = await RedisProcess.StartAsync();
        await using (var first = await nodes.OpenAsync(await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis)), TimeProvider.System))
            await SecretMark.CheckAsync(first, Secret(1), "the file");
        await redis.AskAsync("FLUSHALL");
        await using var second = await nodes.OpenAsync(await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis)), TimeProvider.System);

        await SecretMark.CheckAsync(second, Secret(1), "the file");

        Assert.Equal(0, await second.CountDoubtsAsync(default));
        await SecretMark.CheckAsync(second, Secret(1), "the file");
        await AssertRefusedAsync(second);
    }

    private static async Task AssertRefusedAsync(IIdempotencyStore store)
    {
        var refused = await Assert.ThrowsAsync<StoreSecretException>(() => SecretMark.CheckAsync(store, Secret(2), "the file"));
        Assert.Contains("another secret than the one in the file", refused.Message, StringComparison.Ordinal);
    }

    private SqliteIdempotencyStore OpenSqlite() => SqliteIdempotencyStore.Open(new SqliteStoreOptions { Path = _folder.File("gateway.db") }, TimeProvider.System);

    private static StoreSecret Secret(byte number)
    {
        var bytes = new byte[StoreSecret.SizeInBytes];
        bytes[0] = number;
        return new(bytes);
    }
}
