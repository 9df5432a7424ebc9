using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>With durability, a claim is granted only when the replicas have acknowledged it (WAIT).</summary>
public sealed class DurabilityTests : IAsyncLifetime
{
    private RedisWithReplicas _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisWithReplicas.StartAsync(replicas: 1);

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task A_permission_is_on_the_replica_when_it_is_given()
    {
        await using var store = await RedisSamples.OpenAsync(Options);

        await store.WinAsync("k");

        Assert.Equal(1L, await _redis.Replicas[0].AskAsync("EXISTS", RedisSamples.NameOf("k")));
    }

    [Fact]
    public async Task Many_permissions_share_a_WAIT()
    {
        await using var store = await RedisSamples.OpenAsync(Options);
        await store.WinAsync("taught");
        await _redis.Master.AskAsync("CONFIG", "RESETSTAT");

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => store.WinAsync($"{i}")));

        Assert.InRange(await _redis.Master.CallsAsync("wait"), 1, 100);
        Assert.Equal(500, await _redis.Master.CallsAsync("evalsha"));
    }

    [Fact]
    public async Task A_claim_that_does_not_send_yet_waits_for_no_replica_and_marking_it_sent_does()
    {
        await using var store = await RedisSamples.OpenAsync(Options);
        await _redis.Master.AskAsync("CONFIG", "RESETSTAT");

        var ticket = await store.WinAsync("k", asSent: false);
        Assert.Equal(0, await _redis.Master.CallsAsync("wait"));

        Assert.Equal(TransitionResult.Applied, await store.MarkSentAsync(ticket, null, default));
        Assert.Equal(1, await _redis.Master.CallsAsync("wait"));
    }

    [Fact]
    public async Task What_is_no_permission_needs_no_replica()
    {
        await using var store = await RedisSamples.OpenAsync(Options);
        var ticket = await store.WinAsync("k");
        await _redis.Master.AskAsync("CONFIG", "RESETSTAT");

        Assert.IsType<ClaimResult.InProgress>(await store.ClaimAsync(RedisSamples.Request("k", "bob"), default));
        await store.CompleteAsync(ticket);
        Assert.IsType<ClaimResult.Completed>(await store.ClaimAsync(RedisSamples.Request("k", "bob"), default));

        Assert.Equal(0, await _redis.Master.CallsAsync("wait"));
    }

    [Fact]
    public async Task Whom_a_record_is_about_and_what_is_to_be_erased_is_known_to_the_replicas_or_not_said_to_be()
    {
        await using var store = await RedisSamples.OpenAsync(Options);
        await using var hurried = await RedisSamples.OpenAsync(Options with { DurableTimeout = TimeSpan.FromMilliseconds(100) });
        var subject = SubjectKey.Derive(new StoreSecret(new byte[StoreSecret.SizeInBytes]), "alice");
        var entry = new SubjectEntry(StoreSamples.Key("k"), default);

        Assert.Null(await store.NoteSubjectAsync(subject, entry, TimeSpan.FromHours(1), default));
        Assert.Equal(1L, await _redis.Replicas[0].AskAsync("EXISTS", $"ig:s:{{{subject}}}"));
        await _redis.Replicas[0].PauseAsync();

        var refusal = await RedisSamples.FailsAsync(async () => await hurried.NoteSubjectAsync(subject, entry, TimeSpan.FromHours(1), default));
        var orderRefusal = await RedisSamples.FailsAsync(async () => await hurried.OrderErasureAsync(subject, new(Caller: null, Deletion: null, TimeSpan.FromHours(1)), default));

        Assert.Equal((StoreFailure.Refused, StoreFailure.Refused), (refusal.Failure, orderRefusal.Failure));
        await _redis.Replicas[0].ResumeAsync();
    }

    [Fact]
    public async Task What_is_erased_is_erased_on_the_replicas_or_not_said_to_be()
    {
        await using var store = await RedisSamples.OpenAsync(Options);
        await using var hurried = await RedisSamples.OpenAsync(Options with { DurableTimeout = TimeSpan.FromMilliseconds(100) });
        await store.CompleteAsync(await store.WinAsync("k"), "content");
        await store.CompleteAsync(await store.WinAsync("k2"), "content");

        Assert.Equal(TransitionResult.Applied, await store.EraseAsync(StoreSamples.Key("k"), "tombstone"u8.ToArray(), default));
        Assert.EndsWith("tombstone", (string)(await _redis.Replicas[0].AskAsync("GET", RedisSamples.NameOf("k")))!, StringComparison.Ordinal);
        await _redis.Replicas[0].PauseAsync();
        var refusal = await RedisSamples.FailsAsync(async () => await hurried.EraseAsync(StoreSamples.Key("k2"), "tombstone"u8.ToArray(), default));

        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        await _redis.Replicas[0].ResumeAsync();
    }

    [Fact]
    public async Task A_connection_that_is_lost_while_the_replicas_are_waited_for_withdraws_the_permission()
    {
        await using var store = await RedisSamples.OpenAsync(Options);
        await _redis.Replicas[0].PauseAsync();
        var claiming = store.WinAsync("k");
        var waiting = await Eventually.BecomesAsync(WaitingClientAsync, id => id is not null);

        await _redis.Master.AskAsync("CLIENT", "KILL", "ID", waiting!);

        var refusal = await RedisSamples.FailsAsync(() => claiming);
        Assert.Contains("the connection was lost before the replicas acknowledged; nothing is sent", refusal.Message, StringComparison.Ordinal);
        Assert.Null(await store.FindAsync(StoreSamples.Key("k"), default));
        await _redis.Replicas[0].ResumeAsync();
    }

    [Fact]
    public async Task Too_few_replicas_withdraw_the_permission_and_leave_the_key_free()
    {
        await using var store = await RedisSamples.OpenAsync(Options with { DurableTimeout = TimeSpan.FromMilliseconds(100) });
        await _redis.Replicas[0].PauseAsync();

        var refusal = await RedisSamples.FailsAsync(() => store.WinAsync("k"));

        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        Assert.Contains("0 of 1 replicas acknowledged within 100 ms; nothing is sent", refusal.Message, StringComparison.Ordinal);
        Assert.Null(await store.FindAsync(StoreSamples.Key("k"), default));
        await _redis.Replicas[0].ResumeAsync();
        await Eventually.SucceedsAsync<ClaimTicket, StoreUnavailableException>(() => store.WinAsync("k", "bob"));
    }

    [Fact]
    public async Task Too_few_replicas_when_marking_sent_withdraw_too()
    {
        await using var store = await RedisSamples.OpenAsync(Options with { DurableTimeout = TimeSpan.FromMilliseconds(100) });
        var ticket = await store.WinAsync("k", asSent: false);
        await _redis.Replicas[0].PauseAsync();

        await RedisSamples.FailsAsync(async () => await store.MarkSentAsync(ticket, null, default));

        Assert.Equal(TransitionResult.Missing, await store.MarkSentAsync(ticket, null, default));
        await _redis.Replicas[0].ResumeAsync();
    }

    [Fact]
    public async Task Too_few_replicas_for_what_was_taken_from_a_doubt_leave_it_in_doubt()
    {
        await using var store = await RedisSamples.OpenAsync(Options);
        await using var hurried = await RedisSamples.OpenAsync(Options with { DurableTimeout = TimeSpan.FromMilliseconds(100) });
        await store.HoldAsync(await store.WinAsync("k"), "status 200"u8.ToArray(), default);
        await _redis.Replicas[0].PauseAsync();

        await RedisSamples.FailsAsync(async () => await hurried.ClaimAsync(RedisSamples.Request("k", "bob") with { TakeFromDoubt = true }, default));

        var record = (await store.FindAsync(StoreSamples.Key("k"), default))!;
        Assert.Equal((RecordState.Doubt, 2), (record.State, record.Fence));
        Assert.True(record.Response.Span.SequenceEqual("status 200"u8));
        await _redis.Replicas[0].ResumeAsync();
    }

    [Fact]
    public async Task One_replica_is_too_few_where_two_are_asked_for()
    {
        await using var redis = await RedisWithReplicas.StartAsync(replicas: 2);
        await using var store = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(redis.Master) with { DurableReplicas = 2 });
        await using var hurried = await RedisSamples.OpenAsync(
            RedisSamples.OptionsFor(redis.Master) with { DurableReplicas = 2, DurableTimeout = TimeSpan.FromMilliseconds(100) });
        await store.WinAsync("both");
        await redis.Replicas[0].PauseAsync();

        await RedisSamples.FailsAsync(() => hurried.WinAsync("one"));

        Assert.Null(await store.FindAsync(StoreSamples.Key("one"), default));
        await redis.Replicas[0].ResumeAsync();
    }

    [Fact]
    public async Task A_stalled_replica_does_not_hold_up_the_end_of_what_is_under_way()
    {
        await using var store = await RedisSamples.OpenAsync(Options with { DurableTimeout = TimeSpan.FromSeconds(10) });
        var ticket = await store.WinAsync("under way");
        await _redis.Replicas[0].PauseAsync();
        var stalled = store.WinAsync("stalled");
        await Eventually.TrueAsync("a WAIT blocks", async () => ((string)(await _redis.Master.AskAsync("INFO", "clients"))!).Contains("blocked_clients:1", StringComparison.Ordinal));

        Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(ticket));

        Assert.False(stalled.IsCompleted);
        await _redis.Replicas[0].ResumeAsync();
        await stalled;
    }

    [Fact]
    public async Task A_withdrawal_that_comes_late_leaves_the_same_owners_next_permission_alone()
    {
        await using var store = await RedisSamples.OpenAsync(Options);
        await store.WinAsync("k");
        var first = await PartAsync(61, RecordLayout.AttemptSize);
        await store.WinAsync("k");
        var ticket = await PartAsync(5, RecordLayout.TicketSize);
        Assert.NotEqual(first, await PartAsync(61, RecordLayout.AttemptSize));

        Assert.Equal(0L, await _redis.Master.AskAsync("EVAL", RecordScript.Withdraw.Text, "1", RedisSamples.NameOf("k"), ticket, first));

        Assert.IsType<ClaimResult.InProgress>(await store.ClaimAsync(RedisSamples.Request("k", "bob"), default));

    }

    [Fact]
    public async Task A_withdrawal_that_comes_late_leaves_the_next_owner_alone_though_both_asked_for_the_same_time()
    {
        await using var store = await RedisSamples.OpenAsync(Options);
        await using var other = await RedisSamples.OpenAsync(Options);
        var alice = await store.WinAsync("k");
        var (ticket, attempt) = (await PartAsync(5, RecordLayout.TicketSize), await PartAsync(61, RecordLayout.AttemptSize));
        await store.ReleaseAsync(alice, default);
        await other.WinAsync("k", "bob");
        Assert.Equal(attempt, await PartAsync(61, RecordLayout.AttemptSize));

        Assert.Equal(0L, await _redis.Master.AskAsync("EVAL", RecordScript.Withdraw.Text, "1", RedisSamples.NameOf("k"), ticket, attempt));

        Assert.IsType<ClaimResult.InProgress>(await store.ClaimAsync(RedisSamples.Request("k", "carol"), default));
    }

    [Fact]
    public async Task With_durability_no_permission_is_given_twice_when_a_replica_that_was_cut_off_is_promoted()
    {
        var granted = await GrantCutOffAsync(Options with { DurableTimeout = TimeSpan.FromMilliseconds(50) }, keys: 20);

        Assert.Empty(granted);
    }

    [Fact]
    public async Task Without_durability_every_permission_of_that_time_can_be_given_twice()
    {
        var granted = await GrantCutOffAsync(Options with { DurableReplicas = 0 }, keys: 20);

        await _redis.Replicas[0].AskAsync("REPLICAOF", "NO", "ONE");
        await using var promoted = await RedisSamples.OpenAsync(RedisSamples.OptionsFor(_redis.Replicas[0]));
        foreach (var key in granted)
            await promoted.WinAsync(key, "bob");
        Assert.Equal(20, granted.Count);
    }

    /// <summary>The id of the connection that a WAIT blocks; null when there is none.</summary>
    private async Task<string?> WaitingClientAsync() => ((string)(await _redis.Master.AskAsync("CLIENT", "LIST"))!).Split('\n')
        .FirstOrDefault(client => client.Contains(" cmd=wait ", StringComparison.Ordinal))?.Split(' ')[0]["id=".Length..];

    private RedisSnapshot Options => RedisSamples.OptionsFor(_redis.Master) with { DurableReplicas = 1 };

    /// <summary>Reads a part of the record of the key "k".</summary>
    private async Task<string> PartAsync(int at, int length) =>
        (string)(await _redis.Master.AskAsync("GETRANGE", RedisSamples.NameOf("k"), $"{at}", $"{at + length - 1}"))!;

    /// <summary>
    /// Claims keys while the replica is cut off from the master, then kills the master. (Stopping the replica would not do: after SIGCONT it would read the writes that wait in
    /// its socket.)
    /// </summary>
    private async Task<IReadOnlyList<string>> GrantCutOffAsync(RedisSnapshot options, int keys)
    {
        await using var store = await RedisSamples.OpenAsync(options);
        using var nobody = new ClosedPort();
        await _redis.Replicas[0].AskAsync("REPLICAOF", "127.0.0.1", $"{nobody.Address.Port}");
        var granted = new List<string>();
        for (var i = 0; i < keys; i++)
        {
            try
            {
                await store.WinAsync($"{i}");
                granted.Add($"{i}");
            }
            catch (StoreUnavailableException)
            {
                // The claim was not granted, so a gateway would send nothing.
            }
        }
        await _redis.Master.KillAsync();
        return granted;
    }
}
