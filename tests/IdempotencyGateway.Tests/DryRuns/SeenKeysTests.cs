using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.DryRuns;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.DryRuns;

public class SeenKeysTests
{
    private static readonly IdempotencyPolicy Policy = new() { Name = "p", Retention = TimeSpan.FromHours(1) };
    private static readonly string Reused = GatewayProblem.KeyReused.Code;
    private static readonly string InDoubt = GatewayProblem.OutcomeUnknown.Code;

    /// <summary>
    /// The earlier request's state; then the outcome of the same request under <see cref="OnUnknown.Hold"/>, under <see cref="OnUnknown.ForwardAgain"/>, and of another request with the key.
    /// </summary>
    public static TheoryData<object?, string, string, string> Table => new()
    {
        { null, "send", "send", "send" },
        { SeenState.UnderWay, "wait", "wait", Reused },
        { SeenState.Left, "wait", "wait", Reused },
        { SeenState.Answered, "replay", "replay", Reused },
        { SeenState.Released, "send_again", "send_again", "send_again" },
        { SeenState.InDoubt, InDoubt, "send_again", Reused },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void What_would_be_done_is_decided_by_the_earlier_request_alone(object? state, string same, string sameForwardedAgain, string other)
    {
        Assert.Equal(same, DryRunOutcome.Of((SeenState?)state, isSame: true, OnUnknown.Hold).Label);
        Assert.Equal(sameForwardedAgain, DryRunOutcome.Of((SeenState?)state, isSame: true, OnUnknown.ForwardAgain).Label);
        foreach (var onUnknown in Enum.GetValues<OnUnknown>())
            Assert.Equal(other, DryRunOutcome.Of((SeenState?)state, isSame: false, onUnknown).Label);
    }

    [Fact]
    public void Every_state_is_in_the_table() => Assert.Equal(Enum.GetValues<SeenState>().Length + 1, Table.Count);

    [Fact]
    public void Every_label_is_told_once() => Assert.Equal(DryRunOutcome.All.Count, DryRunOutcome.All.Select(outcome => outcome.Label).Distinct().Count());

    [Fact]
    public void The_oldest_is_given_up_when_there_are_too_many()
    {
        var seen = new SeenKeys(new ManualTimeProvider(), capacity: 3);
        foreach (var key in (ulong[])[1, 2, 3, 4])
            Assert.Equal("send", Meet(seen, key));

        Assert.Equal(3, seen.Count);
        Assert.Equal("wait", Meet(seen, 2));
        Assert.Equal("send", Meet(seen, 1));
        Assert.Equal(3, seen.Count);
        Assert.Equal("wait", Meet(seen, 4));
    }

    [Fact]
    public void A_key_that_is_used_again_and_again_does_not_grow_it_and_keeps_its_youngest_use()
    {
        var seen = new SeenKeys(new ManualTimeProvider(), capacity: 3);
        for (var i = 0; i < 10; i++)
        {
            seen.Meet(Key(1), Fingerprint(1), Policy, out var attempt);
            seen.End(attempt!, SeenState.Released);
        }

        Assert.Equal(1, seen.Count);
        Assert.Equal("send_again", Meet(seen, 1));
    }

    [Fact]
    public void An_attempt_that_ends_when_its_key_is_anothers_changes_nothing()
    {
        var clock = new ManualTimeProvider();
        var seen = new SeenKeys(clock);
        seen.Meet(Key(1), Fingerprint(1), Policy, out var late);
        clock.Advance(Policy.Retention);
        Assert.Equal("send", Meet(seen, 1));

        seen.End(late!, SeenState.Released);

        Assert.Equal("wait", Meet(seen, 1));
    }

    private static string Meet(SeenKeys seen, ulong key) => seen.Meet(Key(key), Fingerprint(1), Policy, out _).Label;

    private static StorageKey Key(ulong number) => new(new(number, 0, 0, 0));

    private static Fingerprint Fingerprint(ulong number) => new(new(number, 0, 0, 0));
}
