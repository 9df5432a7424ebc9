using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Stores;

namespace IdempotencyGateway.Tests.Subjects;

/// <summary>The contract suite of every subject index.</summary>
public abstract class SubjectIndexContract
{
    private protected static readonly TimeSpan Retention = TimeSpan.FromHours(1);

    /// <summary>A tolerance for times from a server's clock: longer than any test takes, shorter than the intervals that are tested.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Opens the index, which is empty when a test begins and stays the same during the test.</summary>
    protected abstract Task<ISubjectIndex> OpenAsync();

    /// <summary>Opens the index as another gateway would after the first one has stopped in the middle of an operation.</summary>
    protected abstract Task<ISubjectIndex> ReopenAsync();

    protected abstract Task AdvanceAsync(TimeSpan duration);

    [Fact]
    public async Task A_subject_has_what_was_noted_for_it_and_nothing_else()
    {
        var index = await OpenAsync();
        await NoteAsync(index, "alice", "1");
        await NoteAsync(index, "alice", "2");
        await NoteAsync(index, "bob", "3");

        Assert.Equal(Entries("1", "2"), await FindAsync(index, "alice"));
        Assert.Equal(Entries("3"), await FindAsync(index, "bob"));
        Assert.Empty(await FindAsync(index, "carol"));
    }

    [Fact]
    public async Task Noting_the_same_again_changes_nothing()
    {
        var index = await OpenAsync();
        await NoteAsync(index, "alice", "1");
        await NoteAsync(index, "alice", "1");

        Assert.Equal(Entries("1"), await FindAsync(index, "alice"));
    }

    [Fact]
    public async Task A_record_may_be_about_several()
    {
        var index = await OpenAsync();
        await NoteAsync(index, "alice", "1");
        await NoteAsync(index, "bob", "1");

        Assert.Equal(Entries("1"), await FindAsync(index, "alice"));
        Assert.Equal(Entries("1"), await FindAsync(index, "bob"));
    }

    [Fact]
    public async Task Each_entry_goes_when_its_own_time_is_over_and_noting_it_again_begins_anew()
    {
        var index = await OpenAsync();
        await NoteAsync(index, "alice", "1");
        await NoteAsync(index, "alice", "2");
        await AdvanceAsync(Retention * 0.75);
        await NoteAsync(index, "alice", "2");
        await NoteAsync(index, "alice", "3");

        await AdvanceAsync(Retention * 0.5);
        Assert.Equal(Entries("2", "3"), await FindAsync(index, "alice"));
        await AdvanceAsync(Retention);
        Assert.Empty(await FindAsync(index, "alice"));
    }

    [Fact]
    public async Task Noting_it_again_for_a_shorter_time_takes_nothing_away()
    {
        var index = await OpenAsync();
        await NoteAsync(index, "alice", "1");
        await index.NoteSubjectAsync(Subject("alice"), Entry("1"), Retention * 0.1, default);

        await AdvanceAsync(Retention * 0.5);

        Assert.Equal(Entries("1"), await FindAsync(index, "alice"));
    }

    [Fact]
    public async Task Many_records_are_found_all()
    {
        var index = await OpenAsync();
        var names = Enumerable.Range(0, 1500).Select(n => $"r{n}").ToArray();
        await Task.WhenAll(names.Select(name => NoteAsync(index, "alice", name)));

        Assert.Equal(Entries(names), await FindAsync(index, "alice"));
    }

    [Fact]
    public async Task An_order_covers_what_was_noted_before_it_and_nothing_later_however_often_it_is_repeated()
    {
        var index = await OpenAsync();
        var deletion = Order(deletion: "d");
        await NoteAsync(index, "alice", "1");
        await NoteAsync(index, "alice", "2");

        Assert.Equal(Entries("1", "2"), await OrderAsync(index, deletion));
        await NoteAsync(index, "alice", "3");
        Assert.Equal(Entries("1", "2"), await OrderAsync(index, deletion));
        await EndAsync(index, "1");
        Assert.Equal(Entries("2"), await OrderAsync(index, deletion));
        await EndAsync(index, "2");
        Assert.Empty(await OrderAsync(index, deletion));
    }

    [Fact]
    public async Task What_a_gateway_did_not_finish_another_goes_on_with_and_takes_nothing_newer()
    {
        var index = await OpenAsync();
        var deletion = Order(deletion: "d");
        await NoteAsync(index, "alice", "1");
        await NoteAsync(index, "alice", "2");
        await OrderAsync(index, deletion);
        await EndAsync(index, "1");

        index = await ReopenAsync();
        await NoteAsync(index, "alice", "3");

        Assert.Equal(Entries("2"), await OrderAsync(index, deletion));
    }

    [Fact]
    public async Task What_is_to_be_erased_stays_so_for_as_long_as_it_was_noted_for()
    {
        var index = await OpenAsync();
        var deletion = Order(deletion: "d");
        await NoteAsync(index, "alice", "1");
        Assert.Equal(Entries("1"), await OrderAsync(index, deletion));

        await AdvanceAsync(Retention / 2);

        Assert.Equal(Entries("1"), await OrderAsync(index, deletion));
    }

    [Fact]
    public async Task Another_order_covers_what_was_noted_meanwhile_and_what_is_left_of_earlier_ones()
    {
        var index = await OpenAsync();
        await NoteAsync(index, "alice", "1");
        await OrderAsync(index, Order(deletion: "d"));
        await NoteAsync(index, "alice", "2");

        Assert.Equal(Entries("1", "2"), await OrderAsync(index, Order(deletion: "d2")));
    }

    [Fact]
    public async Task A_callers_order_reaches_its_own_entries_and_no_other_subjects()
    {
        var index = await OpenAsync();
        await NoteAsync(index, "alice", "1");
        await NoteAsync(index, "alice", "2");
        await NoteAsync(index, "bob", "1");

        Assert.Equal(Entries("1"), await OrderAsync(index, Order(deletion: "d", caller: "1")));
        Assert.Equal(Entries("1", "2"), await FindAsync(index, "alice"));
        Assert.Equal(Entries("1"), await FindAsync(index, "bob"));
    }

    [Fact]
    public async Task The_record_of_the_deletion_itself_stays()
    {
        var index = await OpenAsync();
        await NoteAsync(index, "alice", "1");
        await NoteAsync(index, "alice", "d");

        Assert.Equal(Entries("1"), await OrderAsync(index, Order(deletion: "d")));
        Assert.Equal(Entries("1"), await OrderAsync(index, Order(deletion: "d")));
    }

    [Fact]
    public async Task A_deletion_is_known_for_its_time_and_then_orders_anew()
    {
        var index = await OpenAsync();
        var deletion = Order(deletion: "d") with { Retention = Retention * 0.25 };
        await OrderAsync(index, deletion);
        await NoteAsync(index, "alice", "1");
        Assert.Empty(await OrderAsync(index, deletion));

        await AdvanceAsync(Retention * 0.5);

        Assert.Equal(Entries("1"), await OrderAsync(index, deletion));
    }

    [Fact]
    public async Task An_entry_that_is_noted_anew_stands_for_a_new_record_that_no_earlier_order_covers()
    {
        var index = await OpenAsync();
        await NoteAsync(index, "alice", "1");
        await OrderAsync(index, Order(deletion: "d"));

        await NoteAsync(index, "alice", "1");

        Assert.Empty(await OrderAsync(index, Order(deletion: "d")));
        Assert.Equal(Entries("1"), await OrderAsync(index, Order(deletion: "d2")));
    }

    [Fact]
    public async Task Whoever_notes_after_an_order_is_told_how_long_ago_it_was()
    {
        var index = await OpenAsync();
        Assert.Null(await NoteAsync(index, "alice", "1"));
        await OrderAsync(index, Order(deletion: "d", caller: "1"));
        await AdvanceAsync(TimeSpan.FromMinutes(10));

        var told = await NoteAsync(index, "alice", "1");

        Assert.InRange(told!.Value, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10) + Patience);
        Assert.Null(await NoteAsync(index, "alice", "2"));
        Assert.Null(await NoteAsync(index, "bob", "1"));
        await OrderAsync(index, Order(deletion: null));
        Assert.InRange((await NoteAsync(index, "alice", "2"))!.Value, TimeSpan.Zero, Patience);
        Assert.InRange((await NoteAsync(index, "alice", "1"))!.Value, TimeSpan.Zero, Patience);
    }

    [Fact]
    public async Task A_repeated_order_is_as_old_as_it_was_and_an_old_one_is_forgotten()
    {
        var index = await OpenAsync();
        await OrderAsync(index, Order(deletion: "d") with { Retention = ISubjectIndex.OrderMemory * 2 });
        await AdvanceAsync(TimeSpan.FromHours(12));
        await OrderAsync(index, Order(deletion: "d"));

        Assert.InRange((await NoteAsync(index, "alice", "1"))!.Value, TimeSpan.FromHours(12), TimeSpan.FromHours(12) + Patience);
        await AdvanceAsync(TimeSpan.FromHours(13));
        Assert.Null(await NoteAsync(index, "alice", "1"));
    }

    private protected static Task<TimeSpan?> NoteAsync(ISubjectIndex index, string subject, string record) =>
        index.NoteSubjectAsync(Subject(subject), Entry(record), Retention, default).AsTask();

    private static async Task<HashSet<SubjectEntry>> OrderAsync(ISubjectIndex index, ErasureOrder order, string subject = "alice")
    {
        var found = await index.OrderErasureAsync(Subject(subject), order, default);
        var distinct = found.ToHashSet();
        Assert.Equal(distinct.Count, found.Count);
        return distinct;
    }

    /// <summary>Returns all entries of a subject, by an erasure order that covers all of them.</summary>
    private protected static Task<HashSet<SubjectEntry>> FindAsync(ISubjectIndex index, string subject) => OrderAsync(index, Order(deletion: null), subject);

    private static Task EndAsync(ISubjectIndex index, string record) => index.EndErasureAsync(Subject("alice"), Entry(record), default).AsTask();

    /// <param name="caller">The name of a record whose caller the order is limited to; null for all callers.</param>
    private static ErasureOrder Order(string? deletion, string? caller = null) =>
        new(caller is null ? null : Entry(caller).Caller, deletion is null ? null : StoreSamples.Key(deletion), Retention);

    private static HashSet<SubjectEntry> Entries(params string[] records) => [.. records.Select(Entry)];

    private static SubjectEntry Entry(string record) => new(StoreSamples.Key(record), StoreSamples.Key("caller of " + record).Digest);

    private static SubjectKey Subject(string name) => new(StoreSamples.Key("subject " + name).Digest);
}
