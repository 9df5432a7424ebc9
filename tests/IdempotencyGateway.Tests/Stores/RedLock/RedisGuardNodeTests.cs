using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Stores.RedLock;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>What a single node grants, keeps and releases, independently of the other nodes and the authority.</summary>
public sealed class RedisGuardNodeTests(OneServer server) : IClassFixture<OneServer>, IAsyncLifetime
{
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Long = TimeSpan.FromHours(24);
    private static readonly StorageKey Key = StoreSamples.Key("k");

    private RedisGuardNode _node = null!;

    public async Task InitializeAsync()
    {
        await server.Redis.WipeAsync();
        _node = await RedisGuardNode.ConnectAsync(server.Redis.Address, new() { Nodes = [], ConnectTimeout = Patience.Limit });
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Whoever_asks_again_has_its_reservation_for_as_long_as_anew_and_under_its_latest_fence()
    {
        Assert.IsType<NodeOutcome.Acquired>(await _node.ClaimAsync(Of("alice", 1), Short));
        Assert.IsType<NodeOutcome.Acquired>(await _node.ClaimAsync(Of("alice", 3), Short * 5));

        Assert.InRange((await LookAsync()).Remaining, Short, Short * 5);
        Assert.IsType<NodeOutcome.Lost>(await _node.RaiseAsync(Of("alice", 1), Long));
        Assert.IsType<NodeOutcome.Acquired>(await _node.RaiseAsync(Of("alice", 3), Long));
    }

    [Fact]
    public async Task Whoever_asks_again_for_what_it_sent_takes_nothing_back_of_it()
    {
        await SendAsync("alice", 1, "east");

        Assert.IsType<NodeOutcome.Acquired>(await _node.ClaimAsync(Of("alice", 1), Short));

        await AssertSentAsync("alice", 1, "east");
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(9, 10)]
    public async Task A_reservation_gives_way_to_a_later_fence_only(long earlier, long later)
    {
        Assert.IsType<NodeOutcome.Acquired>(await _node.ClaimAsync(Of("alice", earlier), Short));
        Assert.IsType<NodeOutcome.Conflicted>(await _node.ClaimAsync(Of("bob", earlier), Short));
        Assert.IsType<NodeOutcome.Acquired>(await _node.ClaimAsync(Of("bob", later), Short));
        Assert.IsType<NodeOutcome.Conflicted>(await _node.ClaimAsync(Of("alice", earlier), Short));
        Assert.IsType<NodeOutcome.Lost>(await _node.RaiseAsync(Of("alice", earlier), Long));

        var held = await LookAsync();
        Assert.Equal((StoreSamples.Owner("bob"), later, false), (held.Owner, held.Fence, held.Sent));
    }

    [Fact]
    public async Task What_was_sent_gives_way_to_no_claim()
    {
        await SendAsync("alice", 1, "east");

        var held = Assert.IsType<NodeOutcome.Conflicted>(await _node.ClaimAsync(Of("bob", 2), Short)).Held;

        Assert.Equal((StoreSamples.Owner("alice"), 1, true, "east"), (held.Owner, held.Fence, held.Sent, held.Destination));
        Assert.IsType<NodeOutcome.Lost>(await _node.RaiseAsync(Of("bob", 2), Long));
        await AssertSentAsync("alice", 1, "east");
    }

    [Theory]
    [InlineData(2, 1, "east", false)]
    [InlineData(2, 2, "east", false)]
    [InlineData(2, 3, "west", false)]
    [InlineData(2, 3, "east", true)]
    [InlineData(9, 10, "east", true)]
    public async Task What_was_sent_is_taken_from_doubt_with_a_later_fence_and_for_the_same_destination(long earlier, long later, string destination, bool gives)
    {
        await SendAsync("alice", earlier, "east");

        var outcome = await _node.TakeAsync(Of("bob", later, destination), Long);

        Assert.Equal(gives, outcome is NodeOutcome.Acquired);
        if (gives)
            await AssertSentAsync("bob", later, "east");
        else
            await AssertSentAsync("alice", earlier, "east");
    }

    /// <summary>A reservation is safe to take for another destination, because nothing was sent under it.</summary>
    [Fact]
    public async Task A_reservation_is_taken_from_doubt_for_any_destination()
    {
        Assert.IsType<NodeOutcome.Acquired>(await _node.ClaimAsync(Of("alice", 1), Short));

        Assert.IsType<NodeOutcome.Acquired>(await _node.TakeAsync(Of("bob", 2, "west"), Long));

        await AssertSentAsync("bob", 2, "west");
    }

    /// <summary>The owner repeats the take when the first reply was lost.</summary>
    [Fact]
    public async Task Whoever_takes_it_from_doubt_twice_has_it()
    {
        Assert.IsType<NodeOutcome.Acquired>(await _node.TakeAsync(Of("bob", 2, "west"), Long));
        Assert.IsType<NodeOutcome.Acquired>(await _node.TakeAsync(Of("bob", 2, "west"), Long));

        await AssertSentAsync("bob", 2, "west");
    }

    [Fact]
    public async Task Only_its_owner_lets_go_of_it_and_only_under_its_fence_and_of_what_its_attempt_put_there()
    {
        await SendAsync("alice", 2, "east");

        await _node.ReleaseAsync(Ticket("bob", 2), attempt: null);
        await _node.ReleaseAsync(Ticket("alice", 1), attempt: null);
        await _node.ReleaseAsync(Ticket("alice", 2), attempt: 6);
        await AssertSentAsync("alice", 2, "east");

        await _node.ReleaseAsync(Ticket("alice", 2), attempt: 7);
        Assert.IsType<NodeOutcome.Free>(await _node.LookAsync(Key));
    }

    private static ClaimTicket Ticket(string owner, long fence) => new(Key, StoreSamples.Owner(owner), fence);

    private static Guard Of(string owner, long fence, string destination = "east") => new(Ticket(owner, fence), Attempt: 7, destination);

    private async Task SendAsync(string owner, long fence, string destination)
    {
        Assert.IsType<NodeOutcome.Acquired>(await _node.ClaimAsync(Of(owner, fence, "planned"), Short));
        Assert.IsType<NodeOutcome.Acquired>(await _node.RaiseAsync(Of(owner, fence, destination), Long));
    }

    private async Task<HeldGuard> LookAsync() => Assert.IsType<NodeOutcome.Conflicted>(await _node.LookAsync(Key)).Held;

    private async Task AssertSentAsync(string owner, long fence, string destination)
    {
        var held = await LookAsync();
        Assert.Equal((StoreSamples.Owner(owner), fence, true, destination), (held.Owner, held.Fence, held.Sent, held.Destination));
        Assert.InRange(held.Remaining, Long / 2, Long);
    }
}
