using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Claims;

public sealed class LeaderTableTests
{
    private static readonly StorageKey Key = new(new Digest256(1, 2, 3, 4));
    private static readonly Fingerprint One = new(new Digest256(1, 0, 0, 1));
    private static readonly Fingerprint Other = new(new Digest256(2, 0, 0, 2));
    private readonly LeaderTable _leaders = new();

    [Fact]
    public void Of_many_concurrent_requests_exactly_one_leads()
    {
        var leading = 0;
        var seen = new System.Collections.Concurrent.ConcurrentBag<Leader>();

        Parallel.For(0, 1000, _ =>
        {
            if (_leaders.TryLead(Key, One, out var leader))
                Interlocked.Increment(ref leading);
            seen.Add(leader);
        });

        Assert.Equal(1, leading);
        Assert.Single(seen.Distinct());
    }

    [Fact]
    public void Another_request_under_the_same_key_has_a_leader_of_its_own()
    {
        Assert.True(_leaders.TryLead(Key, One, out _));
        Assert.True(_leaders.TryLead(Key, Other, out _));
    }

    [Fact]
    public async Task Who_waited_and_heard_nothing_asks_again_and_one_of_them_leads()
    {
        _leaders.TryLead(Key, One, out var leader);
        var waiting = leader.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, CancellationToken.None);

        _leaders.Leave(leader);

        Assert.IsType<LeaderResult.AskAgain>(await waiting.OrGiveUp());
        Assert.True(_leaders.TryLead(Key, One, out _));
    }

    [Fact]
    public async Task The_first_result_that_a_leader_publishes_counts()
    {
        _leaders.TryLead(Key, One, out var leader);

        leader.Publish(new LeaderResult.InDoubt(201, null));
        _leaders.Leave(leader);

        Assert.Equal(new LeaderResult.InDoubt(201, null), await leader.WaitAsync(TimeSpan.Zero, TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public void Leaving_twice_does_not_push_a_successor_out()
    {
        _leaders.TryLead(Key, One, out var first);
        _leaders.Leave(first);
        _leaders.TryLead(Key, One, out var second);

        _leaders.Leave(first);

        Assert.False(_leaders.TryLead(Key, One, out var found));
        Assert.Same(second, found);
    }

    [Fact]
    public async Task A_wait_ends_with_the_patience_and_with_the_waiter()
    {
        var time = new ManualTimeProvider();
        _leaders.TryLead(Key, One, out var leader);
        using var left = new CancellationTokenSource();
        var patient = leader.WaitAsync(TimeSpan.FromSeconds(10), time, CancellationToken.None);
        var leaving = leader.WaitAsync(TimeSpan.FromSeconds(99), time, left.Token);

        time.Advance(TimeSpan.FromSeconds(10));
        await left.CancelAsync();

        Assert.Null(await patient.OrGiveUp());
        Assert.Null(await leaving.OrGiveUp());
    }
}
