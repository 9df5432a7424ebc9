using System.Collections.Concurrent;
using System.Threading.Channels;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.RedLock;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.RedLock;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>
/// Two of five nodes at a time are killed or paused at random. Meanwhile two gateways with separate authorities race for every key; when they
/// split the vote they wait for the timeout. A third gateway has keys of its own and a clock that stands still, so none of its completed claims
/// can have waited for a hanging node.
/// </summary>
public sealed class FaultsUnderLoadTests() : RedLockTest(5)
{
    private const int Workers = 4;
    private const int KeysPerRound = 50;

    private readonly ConcurrentDictionary<string, byte> _granted = new();
    private readonly Channel<string> _ended = Channel.CreateUnbounded<string>();
    private int _keys;

    private static int Rounds => LongForm.Or(5, 60);

    [Fact]
    public async Task No_key_is_granted_twice_and_nobody_waits_for_a_node_that_is_gone()
    {
        var seed = Environment.TickCount;
        var (one, oneWay) = await OpenGatedAsync(new ModelStore(Clock), TimeProvider.System);
        var (other, otherWay) = await OpenGatedAsync(new ModelStore(Clock), TimeProvider.System);
        var (alone, aloneWay) = await OpenGatedAsync(new ModelStore(Clock));
        using var end = new CancellationTokenSource();
        Task[] load =
        [
            .. Enumerable.Range(0, Workers).Select(_ => Task.Run(() => RaceAsync(one, other, end.Token))),
            Task.Run(() => GoAloneAsync(alone, end.Token)),
        ];

        try
        {
            await BreakAndMendAsync(new Random(seed), [.. oneWay, .. otherWay, .. aloneWay]);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"seed {seed}", failure);
        }
        await end.CancelAsync();
        await Task.WhenAll(load).OrGiveUp();

        await AssertRememberedAsync();
    }

    private async Task BreakAndMendAsync(Random random, GatedNode[] ways)
    {
        for (var round = 0; round < Rounds; round++)
        {
            int[] broken = [.. Enumerable.Range(0, Nodes.Count).OrderBy(_ => random.Next()).Take(Nodes.Minority)];
            var mend = new List<Func<Task>>();
            foreach (var node in broken)
            {
                var kill = random.Next(2) == 0;
                await (kill ? Nodes[node].KillAsync() : Nodes[node].PauseAsync());
                mend.Add(kill ? Nodes[node].RestartAsync : Nodes[node].ResumeAsync);
            }
            while (_ended.Reader.TryRead(out _))
            {
                // Discard the claims that completed before the nodes broke.
            }
            for (var key = 0; key < KeysPerRound; key++)
                await _ended.Reader.ReadAsync().AsTask().OrGiveUp();
            foreach (var repair in mend.OrderBy(_ => random.Next()))
                await repair();
            // All nodes must be back before the next round, which would otherwise break more than a minority.
            foreach (var way in ways)
                await Eventually.BecomesAsync(() => way.LookAsync(Key()), outcome => outcome is NodeOutcome.Free);
        }
    }

    private async Task RaceAsync(RedLockStore one, RedLockStore other, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var key = $"key {Interlocked.Increment(ref _keys)}";
            var grants = await Task.WhenAll(IsWonAsync(one, Request("alice" + key, key: key)), IsWonAsync(other, Request("bob" + key, key: key)));
            Assert.False(grants[0] && grants[1], $"{key} was granted twice");
            if (grants[0] || grants[1])
                _granted.TryAdd(key, 0);
        }
    }

    private async Task GoAloneAsync(RedLockStore store, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var key = $"key {Interlocked.Increment(ref _keys)}";
            if (await IsWonAsync(store, Request("alice", key: key)))
                _granted.TryAdd(key, 0);
            _ended.Writer.TryWrite(key);
        }
    }

    /// <summary>Asserts that a new gateway with an empty authority is granted none of the keys.</summary>
    private async Task AssertRememberedAsync()
    {
        var late = await OpenAsync();
        foreach (var key in _granted.Keys)
            Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(late, Request("carol", key: key)));
    }

    private static async Task<bool> IsWonAsync(RedLockStore store, ClaimRequest request)
    {
        try
        {
            return await ClaimAsync(store, request) is ClaimResult.Won;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
