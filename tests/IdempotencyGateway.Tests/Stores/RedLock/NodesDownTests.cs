using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.RedLock;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.RedLock;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>A minority of dead or hanging nodes has no effect; without a majority nothing is granted.</summary>
public sealed class NodesDownTests() : RedLockTest(5)
{
    [Fact]
    public async Task With_a_minority_dead_a_claim_is_won_without_waiting()
    {
        var store = await OpenAsync();
        await OnEachAsync(Nodes.Minority, node => Nodes[node].KillAsync());

        var ticket = await WinAsync(store, Request("alice"));

        Assert.Equal(TransitionResult.Applied, await store.CompleteAsync(ticket, "x"u8.ToArray(), Retention, default));
        Assert.IsType<ClaimResult.Completed>(await ClaimAsync(store, Request("bob")));
    }

    [Fact]
    public async Task With_a_minority_paused_every_operation_ends_without_waiting()
    {
        var store = await OpenAsync();
        await OnEachAsync(Nodes.Minority, node => Nodes[node].PauseAsync());

        var sent = await WinAsync(store, Request("alice"));
        var claimed = await WinAsync(store, Request("alice", asSent: false, key: "second"));

        Assert.Equal(TransitionResult.Applied, await store.ReleaseAsync(sent, default).AsTask().OrGiveUp());
        Assert.Equal(TransitionResult.Applied, await store.MarkSentAsync(claimed, "primary", default).AsTask().OrGiveUp());
        await WinAsync(store, Request("bob"));
    }

    [Fact]
    public async Task A_store_opens_while_a_minority_is_dead()
    {
        await OnEachAsync(Nodes.Minority, node => Nodes[node].KillAsync());

        await WinAsync(await OpenAsync(), Request("alice"));
    }

    [Fact]
    public async Task A_node_with_a_closed_port_and_one_whose_name_does_not_exist_count_as_dead()
    {
        using var closed = new ClosedPort();
        var options = new RedLockSnapshot
        {
            Nodes = [Nodes[0].Address, Nodes[1].Address, Nodes[2].Address, new("no-such-host.invalid", 6379), new("127.0.0.1", closed.Address.Port)],
        };
        await using var store = await RedLockStore.OpenAsync(new ModelStore(Clock), options, Clock);

        await WinAsync(store, Request("alice"));
    }

    [Fact]
    public async Task With_a_majority_dead_nothing_is_granted_and_the_authority_is_free()
    {
        var authority = new ModelStore(Clock);
        var store = await OpenAsync(authority);
        await OnEachAsync(Nodes.Minority + 1, node => Nodes[node].KillAsync());

        await AssertUnavailableAsync(ClaimAsync(store, Request("alice")));
        await AssertUnavailableAsync(ClaimAsync(store, Request("alice", asSent: false)));

        Assert.Null(await authority.FindAsync(Key(), default));
    }

    [Fact]
    public async Task With_a_majority_paused_a_claim_is_refused_after_the_time_out()
    {
        var authority = new ModelStore(Clock);
        var store = await OpenAsync(authority, TimeProvider.System);
        await OnEachAsync(Nodes.Minority + 1, node => Nodes[node].PauseAsync());

        await AssertUnavailableAsync(ClaimAsync(store, Request("alice")));

        Assert.Null(await authority.FindAsync(Key(), default));
    }

    [Fact]
    public async Task Replays_need_no_nodes()
    {
        var store = await OpenAsync();
        var ticket = await WinAsync(store, Request("alice"));
        await store.CompleteAsync(ticket, "x"u8.ToArray(), Retention, default);
        await OnEachAsync(Nodes.Count, node => Nodes[node].KillAsync());

        Assert.IsType<ClaimResult.Completed>(await ClaimAsync(store, Request("bob")));
    }

    [Theory]
    [InlineData(0, 1, 2, 3, 4)]
    [InlineData(4, 2, 0, 1, 3)]
    [InlineData(3, 4, 1, 2, 0)]
    public async Task Dead_nodes_may_come_back_in_any_order_and_remember(params int[] order)
    {
        var before = await HeardByAllAsync(store => WinAsync(store, Request("alice")));
        await OnEachAsync(Nodes.Count, node => Nodes[node].KillAsync());
        await AssertUnavailableAsync(ClaimAsync(before, Request("alice", key: "second")));

        foreach (var node in order[..(Nodes.Minority + 1)])
            await Nodes[node].RestartAsync();

        await WonAsync(before, "second");
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(await OpenAsync(), Request("bob")));
        foreach (var node in order[(Nodes.Minority + 1)..])
            await Nodes[node].RestartAsync();
        await WonAsync(before, "third");
    }

    [Fact]
    public async Task Paused_nodes_that_go_on_are_as_good_as_before()
    {
        var store = await OpenAsync(new ModelStore(Clock), TimeProvider.System);
        await OnEachAsync(Nodes.Count, node => Nodes[node].PauseAsync());
        await AssertUnavailableAsync(ClaimAsync(store, Request("alice")));
        await OnEachAsync(Nodes.Count, node => Nodes[node].ResumeAsync());

        Assert.IsType<ClaimResult.Won>(await ClaimOnceReachableAsync(store, Request("alice")));
    }

    [Fact]
    public async Task A_node_that_owes_too_many_answers_counts_as_gone_until_it_has_given_them()
    {
        await using var node = await RedisGuardNode.ConnectAsync(Nodes[0].Address, new RedLockSnapshot { Nodes = [Nodes[0].Address], UnansweredLimit = 2 });
        for (var question = 0; question < 3; question++)
            Assert.IsType<NodeOutcome.Free>(await node.LookAsync(Key()));
        await Nodes[0].PauseAsync();
        var owed = new[] { node.LookAsync(Key()), node.LookAsync(Key()) };

        Assert.Contains("has 2 replies outstanding", Assert.IsType<NodeOutcome.Unreachable>(await node.LookAsync(Key()).OrGiveUp()).Reason, StringComparison.Ordinal);

        await Nodes[0].ResumeAsync();
        await Task.WhenAll(owed).OrGiveUp();
        Assert.IsType<NodeOutcome.Free>(await node.LookAsync(Key()).OrGiveUp());
    }

    private static async Task WonAsync(RedLockStore store, string key) =>
        Assert.IsType<ClaimResult.Won>(await ClaimOnceReachableAsync(store, Request("alice", key: key)));

    private static async Task OnEachAsync(int nodes, Func<int, Task> act)
    {
        for (var node = 0; node < nodes; node++)
            await act(node);
    }
}
