using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>Several fleets on one server that have the same secret, and so the same storage keys, but different key prefixes.</summary>
public sealed class KeyPrefixTests(OneServer server, Cluster cluster) : IClassFixture<OneServer>, IClassFixture<Cluster>, IAsyncLifetime
{
    private const string Prefix = "acme-1.Prod_eu";

    private static readonly StorageKey Key = StoreSamples.Key("k");
    private static readonly SubjectKey Subject = new(StoreSamples.Key("alice").Digest);
    private static readonly SubjectEntry Entry = new(Key, default);
    private static readonly ErasureOrder Order = new(Caller: null, Deletion: null, TimeSpan.FromHours(1));
    private static readonly Sighting[] Sightings = [new(SightingKey.Derive(new StoreSecret(new byte[StoreSecret.SizeInBytes]), SightingKind.Address, "192.0.2.1"), 1)];

    public async Task InitializeAsync()
    {
        foreach (var one in (RedisProcess[])[server.Redis, .. cluster.Redis.Masters])
            await one.AskAsync("FLUSHALL");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Gateways of different versions share a store, so the default names must never change.</summary>
    [Fact]
    public void The_default_names_of_keys()
    {
        var names = new RedisNames(new RedisSnapshot().KeyPrefix);
        var digits = Key.ToString();
        var (track, part) = names.OfTrack(Key.Digest, 90_000);

        Assert.Equal($"ig:{{{digits}}}", names.Of(Key));
        Assert.Equal($"ig:s:{{{digits}}}", names.Of(new SubjectKey(Key.Digest)));
        Assert.Equal(($"ig:seen:{{{digits[..3]}}}{digits[3..]}", $"ig:seen-of:{{{digits[..3]}}}:90000"), ((string)track!, (string)part!));
        Assert.Equal("0123456789abcdef".Select(digit => $"ig:open:{digit}"), names.Doubts.Select(name => (string)name!));
        Assert.Equal("ig:ended", names.Channel);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_name_begins_with_the_prefix(bool onCluster)
    {
        RedisProcess[] servers = onCluster ? [.. cluster.Redis.Masters] : [server.Redis];
        await using var store = await OpenAsync(servers[0], Prefix);
        await using var other = await OpenAsync(servers[0], Prefix);

        await UseAllAsync(store, other);

        var names = new List<string>();
        foreach (var one in servers)
        {
            names.AddRange(((object?[])(await one.AskAsync("KEYS", "*"))!).Cast<string>());
            Assert.All(((object?[])(await one.AskAsync("PUBSUB", "CHANNELS"))!).Cast<string>(), channel => Assert.Equal($"{Prefix}:ended", channel));
        }
        Assert.All(names, name => Assert.StartsWith($"{Prefix}:", name, StringComparison.Ordinal));
        Assert.All([":{", ":s:{", ":open:", ":seen:{", ":seen-of:{"], kind => Assert.Contains(names, name => name.StartsWith(Prefix + kind, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_has_another_prefix_sees_no_record_no_doubt_no_subject_and_no_sighting()
    {
        await using var store = await OpenAsync(server.Redis, "ig");
        await using var helper = await OpenAsync(server.Redis, "ig");
        await using var stranger = await OpenAsync(server.Redis, "ig.2");
        await UseAllAsync(store, helper);

        Assert.Null(await stranger.FindAsync(Key, default));
        Assert.Equal(0, await stranger.CountDoubtsAsync(default));
        Assert.Empty((await stranger.ListDoubtsAsync(10, default)).Oldest);
        Assert.Null(await stranger.NoteSubjectAsync(Subject, new(StoreSamples.Key("theirs"), default), TimeSpan.FromHours(1), default));
        Assert.Equal(StoreSamples.Key("theirs"), Assert.Single(await stranger.OrderErasureAsync(Subject, Order, default)).Record);
        Assert.True((await stranger.SeeAsync(Sightings, default))[0].IsNew);

        Assert.Equal(TransitionResult.Applied, await stranger.CompleteAsync(await stranger.WinAsync("k"), "theirs"));
        Assert.Equal("ours"u8.ToArray(), (await store.FindAsync(Key, default))!.Response.ToArray());
    }

    [Fact]
    public async Task Who_has_another_prefix_is_not_woken_and_forgets_no_copy()
    {
        await using var store = await OpenAsync(server.Redis, "ig");
        await using var stranger = await OpenAsync(server.Redis, "ig.2");
        await using var friend = await OpenAsync(server.Redis, "ig.2");
        var heard = new List<StorageKey>();
        var heardOwn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = friend.OnOverruled(key =>
        {
            heard.Add(key);
            if (key != Key)
                heardOwn.TrySetResult();
        });
        var ours = await store.WinAsync("k");
        var theirs = await stranger.WinAsync("k");
        await store.ClaimAsync(RedisSamples.Request("k", "bob"), default);
        await friend.ClaimAsync(RedisSamples.Request("k", "bob"), default);
        var waiting = friend.WaitForEndAsync(Key, TimeSpan.FromHours(1), default);

        await store.CompleteAsync(ours);
        await store.EraseAsync(Key, "gone"u8.ToArray(), default);
        await stranger.WinAsync("k2");
        await stranger.EraseAsync(StoreSamples.Key("k2"), "gone"u8.ToArray(), default);

        // Messages arrive in order, so a message of the other fleet would have arrived before this one.
        await heardOwn.Task.OrGiveUp();
        Assert.Equal([StoreSamples.Key("k2")], heard);
        Assert.False(waiting.IsCompleted);
        await stranger.CompleteAsync(theirs);
        await waiting.OrGiveUp();
    }

    [Fact]
    public async Task On_a_Cluster_a_record_lies_in_the_slot_of_its_digits_whatever_the_prefix()
    {
        var any = cluster.Redis.Masters[0];
        var names = new RedisNames(Prefix);
        var (track, part) = names.OfTrack(Key.Digest, 90_000);

        var slot = await RedisCluster.SlotOfAsync(any, Key.ToString());

        Assert.Equal(slot, await RedisCluster.SlotOfAsync(any, names.Of(Key)!));
        Assert.Equal(slot, await RedisCluster.SlotOfAsync(any, names.Of(new SubjectKey(Key.Digest))!));
        Assert.Equal(await RedisCluster.SlotOfAsync(any, track!), await RedisCluster.SlotOfAsync(any, part!));
    }

    [Fact]
    public async Task Two_gateways_with_different_prefixes_send_each_their_own_request_and_replay_their_own_answer()
    {
        var executions = 0;
        await using var provider = await KestrelProvider.StartAsync(context => context.Response.WriteAsync($"{Interlocked.Increment(ref executions)}"));
        await using var one = await StartAsync(provider, "ig");
        await using var other = await StartAsync(provider, "ig.2");

        Assert.Equal("executed 1", await PostAsync(one));
        Assert.Equal("executed 2", await PostAsync(other));
        Assert.Equal("replayed 1", await PostAsync(one));
        Assert.Equal("replayed 2", await PostAsync(other));
        Assert.Equal(one.StorageKeyOf("k"), other.StorageKeyOf("k"));
    }

    private static Task<RedisIdempotencyStore> OpenAsync(RedisProcess server, string prefix) =>
        RedisSamples.OpenAsync(RedisSamples.OptionsFor(server) with { KeyPrefix = prefix });

    /// <summary>Creates a name of every kind: records that are answered, in doubt and erased; a subject with an erasure order; a sighting; and a published message.</summary>
    private static async Task UseAllAsync(RedisIdempotencyStore store, RedisIdempotencyStore other)
    {
        var ticket = await store.WinAsync("k");
        await other.ClaimAsync(RedisSamples.Request("k", "bob"), default);
        var waiting = other.WaitForEndAsync(Key, TimeSpan.FromHours(1), default);
        await store.CompleteAsync(ticket, "ours");
        await waiting.OrGiveUp();
        await store.HoldAsync(await store.WinAsync("doubtful"), default, default);
        await Eventually.TrueAsync("the doubt is listed", async () => await other.CountDoubtsAsync(default) == 1);
        await store.WinAsync("erased");
        await store.EraseAsync(StoreSamples.Key("erased"), "gone"u8.ToArray(), default);
        await store.NoteSubjectAsync(Subject, Entry, TimeSpan.FromHours(1), default);
        Assert.Equal([Entry], await other.OrderErasureAsync(Subject, Order, default));
        await store.SeeAsync(Sightings, default);
        Assert.False((await other.SeeAsync(Sightings, default))[0].IsNew);
    }

    private async Task<GatewayUnderTest> StartAsync(KestrelProvider provider, string prefix)
    {
        var store = await OpenAsync(server.Redis, prefix);
        return await GatewayUnderTest.StartAsync(provider.Address, setup => setup.StoreInstead = store);
    }

    private static async Task<string> PostAsync(GatewayUnderTest gateway)
    {
        var answer = await gateway.PostAsync("k");
        return $"{answer.Source} {answer.Text}";
    }
}
