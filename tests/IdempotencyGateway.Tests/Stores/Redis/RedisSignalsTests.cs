using System.Text;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>Notifications between two gateways on one server, each with its own store object.</summary>
public sealed class RedisSignalsTests(OneServer server) : IClassFixture<OneServer>, IAsyncLifetime
{
    private static readonly TimeSpan Ages = TimeSpan.FromHours(1);

    private RedisIdempotencyStore _here = null!;
    private RedisIdempotencyStore _there = null!;

    public async Task InitializeAsync()
    {
        await server.Redis.AskAsync("FLUSHALL");
        _here = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis));
        _there = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(server.Redis));
    }

    public async Task DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
    }

    [Theory]
    [InlineData("complete")]
    [InlineData("release")]
    [InlineData("hold")]
    [InlineData("erase")]
    [InlineData("lapse")]
    public async Task Whoever_was_told_to_wait_wakes_when_the_record_ends_elsewhere(string end)
    {
        var ticket = await _here.WinAsync("k");
        await _there.ClaimAsync(RedisSamples.Request("k", "bob"), default);
        var waiting = _there.WaitForEndAsync(ticket.Key, Ages, default);

        await (end switch
        {
            "complete" => _here.CompleteAsync(ticket),
            "release" => _here.ReleaseAsync(ticket, default).AsTask(),
            "hold" => _here.HoldAsync(ticket, default, default).AsTask(),
            "erase" => _here.EraseAsync(ticket.Key, "gone"u8.ToArray(), default).AsTask(),
            "lapse" => LapseAsync(),
            _ => throw new ArgumentOutOfRangeException(nameof(end)),
        });

        await waiting.OrGiveUp();
        Assert.Equal(0, _there.WaitedFor);
    }

    [Fact]
    public async Task Many_who_wait_for_one_record_all_wake()
    {
        var ticket = await _here.WinAsync("k");
        await _there.ClaimAsync(RedisSamples.Request("k", "bob"), default);
        var waiting = Enumerable.Range(0, 100).Select(_ => _there.WaitForEndAsync(ticket.Key, Ages, default)).ToArray();

        await _here.CompleteAsync(ticket);

        await Task.WhenAll(waiting).OrGiveUp();
        Assert.Equal(0, _there.WaitedFor);
    }

    [Fact]
    public async Task A_lost_message_costs_the_poll_interval_and_leaves_nobody_behind()
    {
        var time = new ManualTimeProvider();
        await using var store = await OpenAsync(time);

        var waiting = store.WaitForEndAsync(StoreSamples.Key("never told"), TimeSpan.FromMilliseconds(200), default);
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(200));

        await waiting.OrGiveUp();
        Assert.Equal(0, store.WaitedFor);
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_nothing_behind()
    {
        using var gone = new CancellationTokenSource();
        var waiting = _there.WaitForEndAsync(StoreSamples.Key("k"), Ages, gone.Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, _there.WaitedFor);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Copies_hear_of_what_an_operator_overruled_elsewhere_until_they_stop_listening(bool erase)
    {
        var heard = new TaskCompletionSource<StorageKey>(TaskCreationOptions.RunContinuationsAsynchronously);
        var heardToo = false;
        using var listening = _there.OnOverruled(key => heard.TrySetResult(key));
        _there.OnOverruled(_ => heardToo = true).Dispose();
        var ticket = await _here.WinAsync("k");
        await _here.HoldAsync(ticket, default, default);

        if (erase)
            await _here.EraseAsync(ticket.Key, "gone"u8.ToArray(), default);
        else
            await _here.ResolveAsync(ticket.Key, new DoubtResolution.Executed(Encoding.UTF8.GetBytes("found out")), RedisSamples.Retention, default);

        Assert.Equal(ticket.Key, await heard.Task.OrGiveUp());
        Assert.False(heardToo);
    }

    [Fact]
    public async Task Messages_of_others_on_the_channel_harm_nobody()
    {
        var heard = new TaskCompletionSource<StorageKey>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = _there.OnOverruled(key => heard.TrySetResult(key));
        foreach (var message in new[] { "", "o", new string('z', 64) + "o", new string('a', 63) })
            await server.Redis.AskAsync("PUBLISH", "ig:ended", message);

        await _here.WinAsync("k");
        await _here.EraseAsync(StoreSamples.Key("k"), default, default);

        Assert.Equal(StoreSamples.Key("k"), await heard.Task.OrGiveUp());
    }

    /// <summary>Lets the lease lapse, which the next claim notices.</summary>
    private async Task LapseAsync()
    {
        await new ShiftedTime().AdvanceAsync(RedisSamples.Lease, server.Redis);
        Assert.IsType<ClaimResult.InDoubt>(await _here.ClaimAsync(RedisSamples.Request("k", "carol"), default));
    }

    /// <summary>Opens a store that connects in real time and then waits on the test's clock.</summary>
    private Task<RedisIdempotencyStore> OpenAsync(ManualTimeProvider time) =>
        RedisIdempotencyStore.OpenAsync(RedisSamples.OptionsFor(server.Redis), time);
}
