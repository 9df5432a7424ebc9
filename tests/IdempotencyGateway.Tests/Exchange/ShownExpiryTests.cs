using System.Diagnostics;
using System.Globalization;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Stores.RedLock;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.RedLock;
using IdempotencyGateway.Tests.Testing.Redis;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary><c>Record.ShowExpiry</c>: answers say until when the key is remembered, rounded down to whole seconds.</summary>
public sealed class ShownExpiryTests(OneServer server) : ExchangeTest, IClassFixture<OneServer>
{
    private static readonly TimeSpan Retention = TimeSpan.FromHours(1);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(7);
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData("Sqlite", true)]
    [InlineData("Sqlite", false)]
    [InlineData("Redis", true)]
    [InlineData("Redis", false)]
    [InlineData("RedLock", true)]
    [InlineData("RedLock", false)]
    public async Task The_first_answer_and_every_replay_say_when_the_store_forgets(string kind, bool withCopies)
    {
        var began = Stopwatch.GetTimestamp();
        await using var nodes = await RedisNodes.StartAsync(kind == "RedLock" ? 3 : 0);
        var store = kind == "Sqlite" ? null : await OpenRedisAsync();
        var gateway = await StartAsync(setup =>
        {
            Show(setup);
            setup.StoreInstead = store;
            if (!withCopies)
                WithoutCopies(setup);
        });

        // The first of the three replays from Redis takes the script; the other two take the single-command path.
        Answer[] answers = [await gateway.PostAsync("k"), await gateway.PostAsync("k"), await gateway.PostAsync("k"), await gateway.PostAsync("k")];

        var forgotten = (await gateway.FindAsync("k"))!.ExpiresAt;
        Assert.Equal(["executed", "replayed", "replayed", "replayed"], answers.Select(answer => answer.Source));
        Assert.All(answers, answer => Assert.InRange(Shown(answer), forgotten - TimeSpan.FromSeconds(1) - Stopwatch.GetElapsedTime(began), forgotten));

        async Task<IIdempotencyStore> OpenRedisAsync()
        {
            await server.Redis.WipeAsync();
            var authority = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis));
            return kind == "RedLock" ? await nodes.OpenAsync(authority, TimeProvider.System) : authority;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_is_remembered_until_then_and_no_longer(bool withCopies)
    {
        var gateway = await StartAsync(setup =>
        {
            Show(setup);
            setup.Clock = _time;
            if (!withCopies)
                WithoutCopies(setup);
        });
        var shown = Shown(await gateway.PostAsync("k"));
        Assert.Equal(_time.GetUtcNow() + Retention, shown);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(("replayed", shown), await PostAsync());
        _time.Advance(Retention - TimeSpan.FromSeconds(31));
        Assert.Equal(("replayed", shown), await PostAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(("executed", shown + Retention), await PostAsync());

        async Task<(string?, DateTimeOffset)> PostAsync()
        {
            var answer = await gateway.PostAsync("k");
            return (answer.Source, Shown(answer));
        }
    }

    [Fact]
    public async Task The_time_that_the_store_takes_is_not_promised()
    {
        var gateway = await StartAsync(setup =>
        {
            Show(setup);
            WithoutCopies(setup);
            setup.Clock = _time;
            setup.WrapStore = inner => new UnreliableStore(inner);
        });
        var forgotten = _time.GetUtcNow() + Retention;
        Store.BeforeTheReply(nameof(Store.CompleteAsync), TakesTenSeconds);
        Assert.Equal(forgotten, Shown(await gateway.PostAsync("k")));

        Store.BeforeTheReply(nameof(Store.ClaimAsync), TakesTenSeconds);
        Assert.Equal(forgotten, Shown(await gateway.PostAsync("k")));

        Task TakesTenSeconds()
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Who_waited_for_the_first_is_told_the_same_and_so_are_those_who_waited_for_another_process()
    {
        await server.Redis.WipeAsync();
        var first = await StartOnRedisAsync();
        var other = await StartOnRedisAsync();
        var gate = HoldNext();
        var leading = first.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();
        Task<Answer>[] waiting = [first.PostAsync("k"), other.PostAsync("k"), other.PostAsync("k")];
        await _time.WhenArmedAsync(Wait, count: 2);
        await Eventually.TrueAsync("the other gateway waits", async () =>
            (string)(await server.Redis.AskAsync("GETRANGE", RedisKeyOf(first), "4", "4"))! == "\u0001");

        var began = Stopwatch.GetTimestamp();
        gate.Release();

        var shown = Shown(await leading);
        foreach (var answer in await Task.WhenAll(waiting))
        {
            Assert.Equal("replayed", answer.Source);
            Assert.InRange(Shown(answer) - shown, -TimeSpan.FromSeconds(1) - Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(1) + Stopwatch.GetElapsedTime(began));
        }
        Assert.Equal(shown, Shown(await waiting[0]));
        Assert.Equal(1, Executions.Deliveries);
    }

    [Fact]
    public async Task Showing_the_expiry_costs_no_store_operation()
    {
        var gateway = await StartAsync(setup =>
        {
            Show(setup);
            WithoutCopies(setup);
            setup.WrapStore = inner => new UnreliableStore(inner);
        });

        Shown(await gateway.PostAsync("k"));
        Shown(await gateway.PostAsync("k"));

        Assert.Equal([nameof(Store.ClaimAsync), nameof(Store.CompleteAsync), nameof(Store.ClaimAsync)], Store.Answered.All.Select(answered => answered.Operation));
    }

    [Fact]
    public async Task An_answer_that_the_store_has_not_taken_says_nothing_until_it_has()
    {
        var gateway = await StartAsync(setup =>
        {
            Show(setup);
            setup.WrapStore = inner => new UnreliableStore(inner);
        });
        Store.Break(nameof(Store.CompleteAsync));

        Answer[] unrecorded = [await gateway.PostAsync("k"), await gateway.PostAsync("k")];
        Store.Mend();
        await gateway.WhenIdleAsync();
        var replay = await gateway.PostAsync("k");

        Assert.All(unrecorded, answer => Assert.Equal(("unrecorded", false), (answer.Source, answer.Headers.Has(GuardedHeaders.Expires))));
        Assert.Equal("replayed", replay.Source);
        Assert.InRange(Shown(replay), DateTimeOffset.UtcNow, (await gateway.FindAsync("k"))!.ExpiresAt);
    }

    [Fact]
    public async Task An_answer_that_is_not_kept_whole_says_it_the_first_time()
    {
        await using var provider = await KestrelProvider.StartAsync(context => context.Response.Body.WriteAsync(new byte[200]).AsTask());
        var gateway = await StartBeforeAsync(provider.Address, setup =>
        {
            Show(setup);
            setup.Policy = setup.Policy with { Record = setup.Policy.Record with { MaxBodyBytes = 100 } };
        });

        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        Assert.Equal("executed", first.Source);
        Assert.InRange(Shown(first), DateTimeOffset.UtcNow, (await gateway.FindAsync("k"))!.ExpiresAt);
        retry.AssertProblem(GatewayProblem.NotRetained, "k");
        Assert.False(retry.Headers.Has(GuardedHeaders.Expires));
    }

    [Fact]
    public async Task What_the_provider_says_under_that_name_is_neither_shown_nor_kept()
    {
        await using var provider = await SayingAsync("Thu, 01 Jan 2099 00:00:00 GMT", 429, 201);
        var gateway = await StartBeforeAsync(provider.Address, Show);

        var freed = await gateway.PostAsync("k");
        var first = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        Assert.Equal((429, "executed", null), (freed.Status, freed.Source, freed.Headers[GuardedHeaders.Expires]));
        Assert.Equal(("executed", "replayed"), (first.Source, retry.Source));
        Assert.Equal(Shown(first), Shown(retry));
        Assert.InRange(Shown(first), DateTimeOffset.UtcNow, DateTimeOffset.UtcNow + Retention);
    }

    [Fact]
    public async Task No_expiry_is_shown_unless_the_route_asks_for_it()
    {
        await using var provider = await SayingAsync("theirs", 201);
        var gateway = await StartBeforeAsync(provider.Address);
        var simulated = await StartAsync();

        Assert.Equal(("executed", "theirs"), await AskAsync(gateway));
        Assert.Equal(("replayed", null), await AskAsync(gateway));
        Assert.Equal(("executed", null), await AskAsync(simulated));
        Assert.Equal(("replayed", null), await AskAsync(simulated));

        static async Task<(string?, string?)> AskAsync(GatewayUnderTest gateway)
        {
            var answer = await gateway.PostAsync("k");
            return (answer.Source, answer.Headers[GuardedHeaders.Expires]);
        }
    }

    [Fact]
    public async Task What_is_not_guarded_or_frees_its_key_says_nothing()
    {
        var gateway = await StartAsync(setup =>
        {
            Show(setup);
            setup.Policy = setup.Policy with { Key = new() { Required = false }, OnStoreDown = OnStoreDown.PassThrough };
            setup.WrapStore = inner => new UnreliableStore(inner);
        });

        var withoutKey = await gateway.PostAsync(null);
        Faults.Next(new Fault.Status(429));
        var freed = await gateway.PostAsync("k");
        Store.Break(nameof(Store.ClaimAsync));
        var passed = await gateway.PostAsync("k2");

        Assert.Equal(("unguarded", "executed", "unguarded"), (withoutKey.Source, freed.Source, passed.Source));
        Assert.All([withoutKey, freed, passed], answer => Assert.False(answer.Headers.Has(GuardedHeaders.Expires)));
    }

    private static void Show(GatewaySetup setup) =>
        setup.Policy = setup.Policy with { Retention = Retention, Record = new() { ShowExpiry = true }, InFlight = new() { Timeout = Wait } };

    private static void WithoutCopies(GatewaySetup setup) => setup.Adjust = snapshot => snapshot with { Cache = new() { MaxBytes = 0 } };

    /// <summary>Starts a gateway whose clock stands still, so that no timeout of its own fires, over a store that runs on real time.</summary>
    private async Task<GatewayUnderTest> StartOnRedisAsync()
    {
        var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis));
        return await StartAsync(setup =>
        {
            Show(setup);
            setup.Clock = _time;
            setup.StoreInstead = store;
        });
    }

    /// <summary>Starts a provider that answers with these statuses in turn, each with this value in the expiry header.</summary>
    private static Task<KestrelProvider> SayingAsync(string expires, params int[] statuses)
    {
        var answered = 0;
        return KestrelProvider.StartAsync(context =>
        {
            context.Response.StatusCode = statuses[answered++];
            context.Response.Headers[GuardedHeaders.Expires] = expires;
            return Task.CompletedTask;
        });
    }

    private static string RedisKeyOf(GatewayUnderTest gateway) => $"ig:{{{gateway.StorageKeyOf("k")}}}";

    private static DateTimeOffset Shown(Answer answer) =>
        DateTimeOffset.ParseExact(answer.Headers[GuardedHeaders.Expires] ?? "", "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
