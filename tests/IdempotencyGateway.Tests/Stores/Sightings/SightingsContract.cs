using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Sightings;

/// <summary>The contract suite of every sightings store. A derived class opens the store and advances its time.</summary>
public abstract class SightingsContract : IAsyncLifetime
{
    private static readonly StoreSecret Secret = new(new byte[StoreSecret.SizeInBytes]);
    private static readonly SightingKey Alice = Who("alice");
    private static readonly SightingKey Bob = Who("bob");

    private IReadOnlyList<ISightings> _replicas = [];

    /// <summary>Opens the replicas, which share their counts.</summary>
    protected abstract Task<IReadOnlyList<ISightings>> OpenAsync();

    protected abstract Task AdvanceAsync(TimeSpan duration);

    protected abstract Task CloseAsync();

    public async Task InitializeAsync() => _replicas = await OpenAsync();

    public Task DisposeAsync() => CloseAsync();

    [Fact]
    public async Task Each_sighting_counts_in_every_window_itself_included()
    {
        for (var times = 1; times <= 3; times++)
        {
            var track = await SeeAsync(new(Alice, (ulong)times));
            Assert.Equal((times, times, times), (track.Minute, track.Hour, track.Day));
        }
    }

    [Fact]
    public async Task What_was_told_twice_counts_once()
    {
        await SeeAsync(new(Alice, 1));
        await SeeAsync(new(Alice, 2));
        await SeeAsync(new(Alice, 2));
        var again = await SeeAsync(new(Alice, 1));

        Assert.Equal((2, 2, 2, false), (again.Minute, again.Hour, again.Day, again.IsNew));
    }

    [Fact]
    public async Task Looking_changes_nothing()
    {
        var stranger = await SeeAsync(new(Alice, 1) { Counts = false });
        await SeeAsync(new(Alice, 1));
        await SeeAsync(new(Alice, 2) { Counts = false });
        var looked = await SeeAsync(new(Alice, 3) { Counts = false });

        Assert.Equal(default, stranger);
        Assert.Equal((1, 1, 1, false), (looked.Minute, looked.Hour, looked.Day, looked.IsNew));
    }

    [Fact]
    public async Task Nobody_is_taken_for_another()
    {
        await SeeAsync(new(Alice, 1));
        var bob = await SeeAsync(new(Bob, 2));

        Assert.Equal((1, true), (bob.Day, bob.IsNew));
    }

    [Fact]
    public async Task Several_are_noted_together_and_answered_in_their_order()
    {
        await SeeAsync(new(Bob, 1));
        var tracks = await _replicas[0].SeeAsync(new Sighting[] { new(Alice, 2), new(Bob, 2), new(Who("carol"), 2) { Counts = false } }, default);

        Assert.Equal([1, 2, 0], tracks.Select(track => track.Day));
        Assert.Equal([true, false, false], tracks.Select(track => track.IsNew));
        Assert.Empty(await _replicas[0].SeeAsync(ReadOnlyMemory<Sighting>.Empty, default));
    }

    [Fact]
    public async Task Counts_leave_the_minute_then_the_hour_then_the_day()
    {
        await SeeAsync(new(Alice, 1));

        await AdvanceAsync(TimeSpan.FromSeconds(70));
        var afterMinute = await SeeAsync(new(Alice, 2));
        await AdvanceAsync(TimeSpan.FromMinutes(66));
        var afterHour = await SeeAsync(new(Alice, 3));
        await AdvanceAsync(TimeSpan.FromHours(24.5));
        var nextDay = await SeeAsync(new(Alice, 4));
        await AdvanceAsync(TimeSpan.FromHours(1.5));
        var later = await SeeAsync(new(Alice, 5) { Counts = false });

        Assert.Equal((1, 2, 2), (afterMinute.Minute, afterMinute.Hour, afterMinute.Day));
        Assert.Equal((1, 1, 3), (afterHour.Minute, afterHour.Hour, afterHour.Day));
        Assert.Equal((1, 1), (nextDay.Minute, nextDay.Hour));
        Assert.InRange(nextDay.Day, 1, 2);
        Assert.Equal((0, 0, 1), (later.Minute, later.Hour, later.Day));
    }

    [Fact]
    public async Task What_is_inside_of_a_window_always_counts()
    {
        for (var second = 0; second < 59; second += 10)
        {
            await SeeAsync(new(Alice, (ulong)second + 1));
            await AdvanceAsync(TimeSpan.FromSeconds(9));
        }

        Assert.Equal(6, (await SeeAsync(new(Alice, 1000) { Counts = false })).Minute);
    }

    [Fact]
    public async Task The_place_before_is_told_with_its_age()
    {
        var first = await SeeAsync(new(Alice, 1) { Place = 17 });
        await AdvanceAsync(TimeSpan.FromMinutes(10));
        await SeeAsync(new(Alice, 2));
        var next = await SeeAsync(new(Alice, 3) { Place = ulong.MaxValue });
        var last = await SeeAsync(new(Alice, 4));

        Assert.Equal((0UL, TimeSpan.Zero), (first.LastPlace, first.SinceLastPlace));
        Assert.Equal(17UL, next.LastPlace);
        Assert.InRange(next.SinceLastPlace, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11));
        Assert.Equal(ulong.MaxValue, last.LastPlace);
    }

    [Fact]
    public async Task Who_was_not_seen_for_long_is_forgotten_and_new_again()
    {
        await SeeAsync(new(Alice, 1));
        await SeeAsync(new(Bob, 1) { Keep = TimeSpan.FromDays(30) });
        await AdvanceAsync(TimeSpan.FromHours(26));

        Assert.True((await SeeAsync(new(Alice, 2))).IsNew);
        var bob = await SeeAsync(new(Bob, 2));
        Assert.Equal((false, 1), (bob.IsNew, bob.Day));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_keeps_coming_is_known_since_the_first_time(bool countsDistinct)
    {
        var first = await SeeAsync(Of(1));
        await AdvanceAsync(TimeSpan.FromHours(20));
        await SeeAsync(Of(2));
        // A suite that moves tracks into the past instead of its clock has also moved FirstSeen.
        Assert.InRange((await SeeAsync(Of(3))).FirstSeen, 1, first.FirstSeen);

        await AdvanceAsync(TimeSpan.FromHours(20));
        Assert.False((await SeeAsync(Of(4))).IsNew);

        Sighting Of(ulong operation) => new(Alice, operation) { DistinctValue = countsDistinct ? 1UL : 0 };
    }

    [Fact]
    public async Task Sixty_four_writers_at_once_are_counted_exactly()
    {
        const int Writers = 64;
        const int Each = 10;
        var seen = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var counts = new List<int>();
            for (var i = 0; i < Each; i++)
            {
                var operation = (ulong)(writer * Each + i + 1);
                var tracks = await _replicas[writer % _replicas.Count].SeeAsync(new Sighting[] { new(Alice, operation), new(Bob, operation) }, default);
                counts.Add(tracks[0].Day);
            }
            return counts;
        }))).OrGiveUp();

        Assert.Equal(Enumerable.Range(1, Writers * Each), seen.SelectMany(counts => counts).Order());
        Assert.Equal(Writers * Each, (await SeeAsync(new(Bob, 1) { Counts = false })).Day);
    }

    [Fact]
    public async Task Distinct_values_are_counted_once_each()
    {
        await SeeAsync(With(1));
        await SeeAsync(With(2));
        var again = await SeeAsync(With(1));
        var looked = await SeeAsync(With(3) with { Counts = false });

        Assert.Equal((2, 2, 2, false), (again.Minute, again.Hour, again.Day, again.IsNew));
        Assert.Equal((2, 2, 2), (looked.Minute, looked.Hour, looked.Day));
    }

    [Fact]
    public async Task A_distinct_value_leaves_a_window_when_it_was_not_seen_for_as_long()
    {
        await SeeAsync(With(1));
        await SeeAsync(With(2));
        await AdvanceAsync(TimeSpan.FromSeconds(70));
        var afterMinute = await SeeAsync(With(2));
        await AdvanceAsync(TimeSpan.FromMinutes(61));
        var afterHour = await SeeAsync(With(3));
        await AdvanceAsync(TimeSpan.FromHours(23.5));
        var nextDay = await SeeAsync(With(3) with { Counts = false });

        Assert.Equal((1, 2, 2), (afterMinute.Minute, afterMinute.Hour, afterMinute.Day));
        Assert.Equal((1, 1, 3), (afterHour.Minute, afterHour.Hour, afterHour.Day));
        Assert.Equal((0, 0, 1), (nextDay.Minute, nextDay.Hour, nextDay.Day));
    }

    [Fact]
    public async Task Distinct_values_are_counted_exactly_up_to_the_bound_and_as_the_bound_beyond_it()
    {
        for (var i = 1; i <= Track.RememberedValues + 10; i++)
        {
            var track = await SeeAsync(With((ulong)i));
            var expected = Math.Min(i, Track.RememberedValues);
            Assert.Equal((expected, expected, expected), (track.Minute, track.Hour, track.Day));
        }
        await AdvanceAsync(TimeSpan.FromHours(2));
        await SeeAsync(With(1001));
        Assert.Equal(2, (await SeeAsync(With(1002))).Hour);
    }

    [Fact]
    public async Task Distinct_values_of_sixty_four_concurrent_writers_are_counted_exactly()
    {
        const int Writers = 64;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
                await _replicas[writer % _replicas.Count].SeeAsync(new[] { With((ulong)(writer % 40 + 1)) }, default);
        }))).OrGiveUp();

        Assert.Equal(40, (await SeeAsync(With(1) with { Counts = false })).Day);
    }

    /// <summary>A sighting of Alice with this distinct value.</summary>
    private static Sighting With(ulong value) => new(Alice, value) { DistinctValue = value };

    private static SightingKey Who(string name) => SightingKey.Derive(Secret, SightingKind.Subject, name);

    private async Task<Track> SeeAsync(Sighting sighting) => Assert.Single(await _replicas[^1].SeeAsync(new[] { sighting }, default));
}
