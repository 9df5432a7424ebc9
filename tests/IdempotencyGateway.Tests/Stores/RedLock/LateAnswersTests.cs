using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.RedLock;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.RedLock;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>Requests that reach a node after their caller stopped waiting, and reservations that have lapsed before they are raised.</summary>
public sealed class LateAnswersTests() : RedLockTest(3)
{
    [Fact]
    public async Task What_a_failed_attempt_gets_late_is_let_go()
    {
        var (store, nodes) = await OpenGatedAsync(new ModelStore(Clock));
        var gate = new Gate();
        nodes[0].HoldUntil(gate);
        nodes[1].HoldUntil(gate);
        var claiming = ClaimAsync(store, Request("alice"));
        Clock.Advance(Timeout);
        await AssertUnavailableAsync(claiming);

        gate.Open();

        await Task.WhenAll(nodes.Select(node => node.Released)).OrGiveUp();
        for (var node = 0; node < Nodes.Count; node++)
            Assert.Equal(0, await Nodes[node].CountAsync());
    }

    [Fact]
    public async Task Split_votes_end_with_the_time_out_and_not_with_the_silent_node()
    {
        await HeardByAllAsync(store => WinAsync(store, Request("bob", asSent: false)));
        await Nodes[1].WipeAsync();
        await Nodes[2].WipeAsync();
        var authority = new ModelStore(Clock);
        var (late, nodes) = await OpenGatedAsync(authority);
        nodes[2].HoldUntil(new Gate());
        var claiming = ClaimAsync(late, Request("alice"));
        await nodes[0].LookAsync(Key()).OrGiveUp();
        await nodes[1].LookAsync(Key()).OrGiveUp();
        Assert.False(claiming.IsCompleted);

        Clock.Advance(Timeout);

        // The result depends on whether both nodes' answers were processed before the timeout.
        var refusal = await Record.ExceptionAsync(() => claiming);
        Assert.True(refusal is StoreUnavailableException || await claiming is ClaimResult.InProgress);
        Assert.Null(await authority.FindAsync(Key(), default));
    }

    [Fact]
    public async Task Tidying_up_after_a_failed_attempt_does_not_undo_the_next_one_of_the_same_owner()
    {
        var (store, nodes) = await OpenGatedAsync(new ModelStore(Clock));
        var gate = new Gate();
        nodes[0].HoldUntil(gate);
        nodes[1].HoldUntil(gate);
        var failing = ClaimAsync(store, Request("alice"));
        Clock.Advance(Timeout);
        await AssertUnavailableAsync(failing);
        // On each node this claim queues after the late one, and before the release that cleans up after the failed attempt.
        var again = ClaimAsync(store, Request("alice"));

        gate.Open();

        Assert.IsType<ClaimResult.Won>(await again);
        await Task.WhenAll(nodes[0].Released, nodes[1].Released).OrGiveUp();
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(await OpenAsync(), Request("bob")));
        for (var node = 0; node < Nodes.Count; node++)
            Assert.Equal(1, await Nodes[node].CountAsync());
    }

    [Fact]
    public async Task A_straggler_catches_up_with_a_grant_it_was_not_waited_for()
    {
        var (store, nodes) = await OpenGatedAsync(new ModelStore(Clock));
        var gate = new Gate();
        nodes[2].HoldUntil(gate);
        await WinAsync(store, Request("alice"));

        gate.Open();
        await nodes[2].LookAsync(Key()).OrGiveUp();

        Assert.Equal(1, await Nodes[2].CountAsync());
        await Nodes[0].WipeAsync();
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(await OpenAsync(), Request("bob")));
    }

    [Fact]
    public async Task Reservations_that_lapsed_before_they_were_raised_are_not_made_again()
    {
        var authority = new ModelStore(Clock);
        var (store, nodes) = await OpenGatedAsync(authority);
        var (allWiped, wiped) = (new Gate(), 0);
        foreach (var (node, server) in nodes.Zip(Enumerable.Range(0, Nodes.Count).Select(number => Nodes[number])))
        {
            node.BeforeRaise = async () =>
            {
                // Wait until this node has executed its reservation: a majority continues without the others, so the wipe could otherwise come first and the raise would succeed.
                await node.LookAsync(Key());
                await server.WipeAsync();
                if (Interlocked.Increment(ref wiped) == Nodes.Count)
                    allWiped.Open();
            };
        }

        var refusal = await AssertUnavailableAsync(ClaimAsync(store, Request("alice")));

        Assert.Contains("reservations expired", refusal.Message, StringComparison.Ordinal);
        Assert.Null(await authority.FindAsync(Key(), default));
        // Two nodes decide the claim, so the third may not have been wiped yet.
        await allWiped.Opened.OrGiveUp();
        for (var node = 0; node < Nodes.Count; node++)
            Assert.Equal(0, await Nodes[node].CountAsync());
    }

    [Fact]
    public async Task Reservations_that_another_owner_took_meanwhile_are_lost()
    {
        var other = await OpenAsync();
        var (store, nodes) = await OpenGatedAsync(new ModelStore(Clock));
        var taken = new Gate();
        var (arrived, raises) = (new Gate(), 0);
        for (var node = 0; node < Nodes.Count; node++)
        {
            nodes[node].BeforeRaise = () =>
            {
                if (Interlocked.Increment(ref raises) == Nodes.Count)
                    arrived.Open();
                return taken.Opened;
            };
        }
        var claiming = ClaimAsync(store, Request("alice"));
        await arrived.Opened.OrGiveUp();
        await Nodes.WipeAsync();
        await WinAsync(other, Request("bob"));

        taken.Open();

        Assert.IsType<ClaimResult.InDoubt>(await claiming);
    }

    [Fact]
    public async Task A_majority_that_goes_between_the_two_rounds_leaves_nothing_granted()
    {
        var authority = new ModelStore(Clock);
        var (store, nodes) = await OpenGatedAsync(authority);
        var (arrived, killed, raises) = (new Gate(), new Gate(), 0);
        for (var node = 0; node < Nodes.Count; node++)
        {
            nodes[node].BeforeRaise = () =>
            {
                if (Interlocked.Increment(ref raises) == Nodes.Count)
                    arrived.Open();
                return killed.Opened;
            };
        }
        var claiming = ClaimAsync(store, Request("alice"));
        await arrived.Opened.OrGiveUp();
        await Nodes[0].KillAsync();
        await Nodes[1].KillAsync();

        killed.Open();

        await AssertUnavailableAsync(claiming);
        Assert.Null(await authority.FindAsync(Key(), default));
        await nodes[2].Released.OrGiveUp();
        Assert.Equal(0, await Nodes[2].CountAsync());
    }

    [Fact]
    public async Task A_memory_that_comes_after_the_first_majority_still_counts()
    {
        var (before, granted) = await OpenGatedAsync(new ModelStore(Clock));
        granted[2].HoldUntil(new Gate());
        await WinAsync(before, Request("alice"));
        await Nodes[1].WipeAsync();
        var (after, nodes) = await OpenGatedAsync(new ModelStore(Clock));
        // Node 0, the only one that remembers, answers the claim after the first majority has formed and before the second; its raise never answers.
        var (gate, heard) = (new Gate(), new Gate());
        nodes[0].HoldUntil(gate);
        nodes[0].BeforeRaise = () =>
        {
            heard.Open();
            return new Gate().Opened;
        };
        nodes[1].BeforeRaise = nodes[2].BeforeRaise = () =>
        {
            gate.Open();
            return heard.Opened;
        };

        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(after, Request("bob")));
    }

    [Fact]
    public async Task An_entry_in_a_state_that_is_not_known_counts_as_sent()
    {
        await HeardByAllAsync(store => WinAsync(store, Request("alice", asSent: false)));
        await Task.WhenAll(Enumerable.Range(0, Nodes.Count).Select(node => Nodes[node].AskAsync("HSET", $"idempotency-guard:{Key()}", "state", "a later version's")));
        var authority = new ModelStore(Clock);
        await authority.ClaimAsync(Request("alice", asSent: false), default);
        Clock.Advance(Request("alice").Lease);

        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(await OpenAsync(authority), Request("bob")));
    }

    [Fact]
    public async Task An_entry_of_another_form_is_refused_and_never_won()
    {
        var store = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, Nodes.Count).Select(node => Nodes[node].AskAsync("SET", $"idempotency-guard:{Key()}", "text")));

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => ClaimAsync(store, Request("alice")));

        Assert.Equal(StoreFailure.Refused, refusal.Failure);
    }
}
