using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Stores;

namespace IdempotencyGateway.Tests.Subjects;

/// <summary>What every index of subjects does, whatever keeps it.</summary>
public abstract class SubjectIndexContract
{
    private static readonly TimeSpan Retention = TimeSpan.FromHours(1);

    /// <summary>The same one for all askings of a test, empty at its beginning.</summary>
    protected abstract Task<ISubjectIndex> OpenAsync();

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
    public async Task Many_records_are_found_all()
    {
        var index = await OpenAsync();
        var names = Enumerable.Range(0, 1500).Select(n => $"r{n}").ToArray();
        await Task.WhenAll(names.Select(name => NoteAsync(index, "alice", name)));

        Assert.Equal(Entries(names), await FindAsync(index, "alice"));
    }

    private protected static Task NoteAsync(ISubjectIndex index, string subject, string record) =>
        index.NoteSubjectAsync(Subject(subject), Entry(record), Retention, default).AsTask();

    private protected static async Task<HashSet<SubjectEntry>> FindAsync(ISubjectIndex index, string subject)
    {
        var found = await index.FindSubjectAsync(Subject(subject), default);
        var distinct = found.ToHashSet();
        Assert.Equal(distinct.Count, found.Count);
        return distinct;
    }

    private static HashSet<SubjectEntry> Entries(params string[] records) => [.. records.Select(Entry)];

    private static SubjectEntry Entry(string record) => new(StoreSamples.Key(record), StoreSamples.Key("caller of " + record).Digest);

    private static SubjectKey Subject(string name) => new(StoreSamples.Key("subject " + name).Digest);
}
