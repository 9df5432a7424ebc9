using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Tests.Stores;

public abstract partial class StoreContract<TStore>
{
    [Theory]
    [MemberData(nameof(OwnersTable.Rows), MemberType = typeof(OwnersTable))]
    public async Task An_owners_write_does_what_the_table_says(
        string write, RecordState before, TransitionResult result, RecordState? after)
    {
        var ticket = await InStateAsync(before);

        Assert.Equal(result, await WriteAsync(write, ticket));
        await AssertStateAsync(after);
    }

    [Theory]
    [MemberData(nameof(OwnersTable.Rows), MemberType = typeof(OwnersTable))]
    public async Task An_owners_write_asked_twice_answers_the_same_and_changes_nothing_more(
        string write, RecordState before, TransitionResult result, RecordState? after)
    {
        var ticket = await InStateAsync(before);
        await WriteAsync(write, ticket);

        // A released record is absent, so a repeated release cannot be told from one of a record that never existed.
        Assert.Equal(after is null ? TransitionResult.Missing : result, await WriteAsync(write, ticket));
        await AssertStateAsync(after);
    }

    [Theory]
    [MemberData(nameof(OwnersTable.Rows), MemberType = typeof(OwnersTable))]
    public async Task Anyone_elses_write_is_lost_and_changes_nothing(
        string write, RecordState before, TransitionResult result, RecordState? after)
    {
        _ = (result, after);
        var ticket = await InStateAsync(before);

        Assert.Equal(TransitionResult.Lost, await WriteAsync(write, ticket with { Owner = StoreSamples.Owner(Bob) }));
        Assert.Equal(TransitionResult.Lost, await WriteAsync(write, ticket with { Fence = ticket.Fence + 1 }));
        Assert.Equal(TransitionResult.Lost, await WriteAsync(write, ticket with { Fence = ticket.Fence - 1 }));
        await AssertStateAsync(before);
    }

    [Theory]
    [InlineData("mark sent")]
    [InlineData("renew")]
    [InlineData("complete")]
    [InlineData("hold")]
    [InlineData("release")]
    public async Task No_write_creates_a_missing_record(string write)
    {
        Assert.Equal(TransitionResult.Missing, await WriteAsync(write, new ClaimTicket(Key, StoreSamples.Owner(Alice), 1)));
        await AssertStateAsync(null);
    }

    [Fact]
    public async Task Marking_sent_keeps_the_claims_destination_or_replaces_it()
    {
        var ticket = await WinAsync(Request(Alice, destination: "primary"));
        await MarkSentAsync(ticket);
        Assert.Equal("primary", (await FindAsync())!.Destination);
        await MarkSentAsync(ticket, "secondary");
        Assert.Equal("secondary", (await FindAsync())!.Destination);
    }

    [Fact]
    public async Task An_owner_whose_lease_lapsed_may_still_mark_sent_while_nobody_took_over()
    {
        var ticket = await WinClaimedAsync(Alice);
        await LapseAsync();

        Assert.Equal(TransitionResult.Applied, await MarkSentAsync(ticket));
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(Request(Bob)));
    }

    [Fact]
    public async Task A_renewed_lease_runs_from_the_renewal()
    {
        var ticket = await WinSentAsync(Alice);
        await AdvanceAsync(Lease / 2);
        await RenewAsync(ticket);
        await AdvanceAsync(Lease / 2);

        var inProgress = Assert.IsType<ClaimResult.InProgress>(await ClaimAsync(Request(Bob)));
        AssertAbout(Lease / 2, inProgress.RemainingLease);
    }

    [Fact]
    public async Task Renewing_never_leaves_a_doubt_that_came_by_a_lapsed_lease()
    {
        var ticket = await WinSentAsync(Alice);
        await LapseAsync();
        await ClaimAsync(Request(Bob));

        Assert.Equal(TransitionResult.Lost, await RenewAsync(ticket));
        await AssertStateAsync(RecordState.Doubt);
    }

    [Fact]
    public async Task A_late_answer_of_the_same_owner_ends_the_doubt()
    {
        var ticket = await WinSentAsync(Alice);
        await LapseAsync();
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(Request(Bob)));

        Assert.Equal(TransitionResult.Applied, await CompleteAsync(ticket, "late"));
        await AssertReplaysAsync("late");
    }

    [Fact]
    public async Task A_late_release_of_the_same_owner_ends_the_doubt_that_came_by_its_lapsed_lease()
    {
        var alice = await LapseIntoDoubtAsync();

        Assert.Equal(TransitionResult.Lost, await ReleaseAsync(alice with { Owner = StoreSamples.Owner(Bob) }));
        Assert.Equal(TransitionResult.Lost, await ReleaseAsync(alice with { Fence = alice.Fence + 1 }));
        await AssertStateAsync(RecordState.Doubt);
        Assert.Equal(TransitionResult.Applied, await ReleaseAsync(alice));
        Assert.Equal(1, (await WinAsync(Request(Bob, asSent: true, fingerprint: "other"))).Fence);
        Assert.Equal(TransitionResult.Lost, await ReleaseAsync(alice));
        await AssertStateAsync(RecordState.Sent);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("status 200", false)]
    [InlineData("", true)]
    [InlineData("status 200", true)]
    public async Task What_its_owner_called_in_doubt_it_cannot_release(string evidence, bool hasLapsed)
    {
        var alice = hasLapsed ? await LapseIntoDoubtAsync() : await WinSentAsync(Alice);
        await HoldAsync(alice, evidence);
        await LapseAsync();
        await ClaimAsync(Request(Bob));

        Assert.Equal(TransitionResult.Lost, await ReleaseAsync(alice));
        await AssertStateAsync(RecordState.Doubt);
    }

    [Fact]
    public async Task A_late_release_frees_nothing_that_another_took_from_the_doubt()
    {
        var alice = await LapseIntoDoubtAsync();
        var bob = await WinAsync(Request(Bob, asSent: true, takeFromDoubt: true));

        Assert.Equal(TransitionResult.Lost, await ReleaseAsync(alice));
        await AssertStateAsync(RecordState.Sent, fence: 2);
        await LapseAsync();
        await ClaimAsync(Request(Carol));
        Assert.Equal(TransitionResult.Lost, await ReleaseAsync(alice));
        Assert.Equal(TransitionResult.Applied, await ReleaseAsync(bob));
    }

    [Fact]
    public async Task The_first_answer_stays_whatever_its_owner_says_later()
    {
        var ticket = await CompletedAsync("first");

        Assert.Equal(TransitionResult.Applied, await CompleteAsync(ticket, "second"));
        await AssertReplaysAsync("first");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_retention_starts_anew_at_completion_and_not_before(bool wasInDoubt)
    {
        var ticket = await WinSentAsync(Alice);
        await AdvanceAsync(Retention / 2);
        await RenewAsync(ticket);
        if (wasInDoubt)
            await HoldAsync(ticket);
        await CompleteAsync(ticket);
        await AdvanceAsync(Retention / 2);

        var completed = Assert.IsType<ClaimResult.Completed>(await ClaimAsync(Request(Bob)));
        AssertAbout(Retention / 2, completed.RemainingRetention);
        await AdvanceAsync(Retention / 2);
        Assert.Null(await FindAsync());
    }

    /// <summary>Answers are encrypted together with the record's fence, so an answer must be returned with the fence it was recorded under.</summary>
    [Fact]
    public async Task An_answer_comes_with_its_records_fence_and_destination_whoever_had_claimed_it_before()
    {
        await WinClaimedAsync(Alice);
        await LapseAsync();
        await CompleteAsync(await WinSentAsync(Bob, "primary"));

        var completed = Assert.IsType<ClaimResult.Completed>(await ClaimAsync(Request(Carol)));
        Assert.Equal((2, "response"), (completed.Fence, Text(completed.Response)));
        Assert.Equal("primary", (await FindAsync())!.Destination);
    }

    [Fact]
    public async Task Until_it_is_done_nothing_moves_the_expiry()
    {
        var ticket = await WinClaimedAsync(Alice);
        var expiry = (await FindAsync())!.ExpiresAt;
        await AdvanceAsync(Lease / 2);
        await RenewAsync(ticket);
        Assert.Equal(expiry, (await FindAsync())!.ExpiresAt);
        await LapseAsync();
        var bob = await WinClaimedAsync(Bob);
        Assert.Equal(expiry, (await FindAsync())!.ExpiresAt);
        await MarkSentAsync(bob);
        Assert.Equal(expiry, (await FindAsync())!.ExpiresAt);
        await LapseAsync();
        await ClaimAsync(Request(Carol));
        Assert.Equal(expiry, (await FindAsync())!.ExpiresAt);
        await HoldAsync(bob);
        Assert.Equal(expiry, (await FindAsync())!.ExpiresAt);
        await WinAsync(Request(Carol, takeFromDoubt: true));

        Assert.Equal(expiry, (await FindAsync())!.ExpiresAt);
    }

    [Theory]
    [InlineData(RecordState.Claimed)]
    [InlineData(RecordState.Sent)]
    public async Task A_released_key_is_free_and_its_old_ticket_worth_nothing(RecordState state)
    {
        var alice = await InStateAsync(state);
        await ReleaseAsync(alice);

        Assert.Equal(1, (await WinAsync(Request(Bob, asSent: true, fingerprint: "other"))).Fence);
        Assert.Equal(TransitionResult.Lost, await CompleteAsync(alice));
        Assert.Equal(TransitionResult.Lost, await ReleaseAsync(alice));
        await AssertStateAsync(RecordState.Sent);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(2_000_000)]
    public async Task A_response_comes_back_byte_for_byte(int length)
    {
        var response = new byte[length];
        new Random(length).NextBytes(response);
        var ticket = await WinSentAsync(Alice);

        await Store.CompleteAsync(ticket, response, Retention, default);

        var completed = Assert.IsType<ClaimResult.Completed>(await ClaimAsync(Request(Bob)));
        Assert.True(completed.Response.Span.SequenceEqual(response));
    }

    [Fact]
    public async Task A_destination_may_be_any_text()
    {
        const string Destination = "größte/目的地 🚀 '\"; DROP";
        await WinSentAsync(Alice, Destination);

        Assert.Equal(Destination, (await FindAsync())!.Destination);
    }

    /// <summary>Puts Alice's record into doubt: she sends, her lease lapses, and another owner claims.</summary>
    private async Task<ClaimTicket> LapseIntoDoubtAsync()
    {
        var alice = await WinSentAsync(Alice);
        await LapseAsync();
        Assert.IsType<ClaimResult.InDoubt>(await ClaimAsync(Request(Bob)));
        return alice;
    }

    private Task<TransitionResult> WriteAsync(string write, ClaimTicket ticket) => write switch
    {
        "mark sent" => MarkSentAsync(ticket),
        "renew" => RenewAsync(ticket),
        "complete" => CompleteAsync(ticket),
        "hold" => HoldAsync(ticket),
        "release" => ReleaseAsync(ticket),
        _ => throw new ArgumentOutOfRangeException(nameof(write)),
    };
}
