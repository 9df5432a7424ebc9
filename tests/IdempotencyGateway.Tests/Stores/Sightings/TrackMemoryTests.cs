using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sightings;

namespace IdempotencyGateway.Tests.Stores.Sightings;

public sealed class TrackMemoryTests
{
    private const int Limit = 1024;
    private long _now = 1_795_000_000_000;

    [Fact]
    public async Task However_many_come_no_more_than_the_limit_are_kept()
    {
        var memory = new TrackMemory(() => _now, Limit);
        for (var i = 1UL; i <= 100_000; i++)
            await SeeAsync(memory, i, i);

        Assert.InRange(memory.Count, Limit / 2, Limit);
    }

    /// <summary>The list of unwritten changes is bounded, too: without persistence nothing takes them, and a full disk cannot.</summary>
    [Theory]
    [InlineData(true, 10 * Limit)]
    [InlineData(false, 0)]
    public async Task However_many_are_forgotten_little_is_kept_of_them(bool isWrittenDown, int most)
    {
        var memory = new TrackMemory(() => _now, Limit, isWrittenDown);
        for (var i = 1UL; i <= 100_000; i++)
            await SeeAsync(memory, i, i);

        Assert.InRange(memory.TakeChanges(int.MaxValue).Count, 0, most);
    }

    [Fact]
    public async Task Damaged_bytes_are_a_track_or_none_and_never_a_crash()
    {
        var random = new Random(20261126);
        var memory = new TrackMemory(() => _now, Limit);
        for (var i = 1UL; i <= 40; i++)
        {
            await SeeAsync(memory, 1, i);
            await memory.SeeAsync(new[] { new Sighting(new(Digest256.Read(new byte[Digest256.SizeInBytes])), i) { DistinctValue = i } }, CancellationToken.None);
        }
        var sound = memory.TakeChanges(10).Select(change => change.Bytes!).ToArray();

        for (var time = 0; time < 100_000; time++)
        {
            var bytes = (byte[])sound[time % sound.Length].Clone();
            for (var changes = random.Next(1, 8); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var track = TrackState.Decode(random.Next(4) == 0 ? bytes.AsSpan(0, random.Next(bytes.Length)) : bytes);
            track?.See(new(default, 77) { DistinctValue = track is DistinctState ? 7UL : 0 }, _now);
        }

        Assert.Equal(2, sound.Length);
    }

    [Fact]
    public async Task Who_keeps_coming_is_not_crowded_out()
    {
        var memory = new TrackMemory(() => _now, Limit);
        for (var i = 2UL; i <= 20_000; i++)
        {
            await SeeAsync(memory, i, i);
            if (i % 100 == 0)
                await SeeAsync(memory, 1, i);
        }

        Assert.Equal(201, (await SeeAsync(memory, 1, 30_000)).Day);
    }

    [Fact]
    public async Task What_is_forgotten_is_written_down_as_forgotten_and_everybody_once()
    {
        var memory = new TrackMemory(() => _now, Limit);
        var rows = new HashSet<SightingKey>();
        for (var i = 1UL; i <= 5_000; i++)
        {
            await SeeAsync(memory, i, i);
            if (i % 97 != 0)
                continue;
            Write(memory.TakeChanges(50));
        }
        while (memory.TakeChanges(1000) is { Count: > 0 } changes)
            Write(changes);

        Assert.Equal(memory.Count, rows.Count);

        void Write(IReadOnlyList<TrackChange> changes)
        {
            foreach (var change in changes)
                _ = change.Bytes is null ? rows.Remove(change.Who) : rows.Add(change.Who);
        }
    }

    [Fact]
    public async Task Whoever_is_back_is_not_written_down_as_forgotten_though_that_could_not_be_written_before()
    {
        var memory = new TrackMemory(() => _now, Limit);
        await SeeAsync(memory, 1, 1);
        memory.TakeChanges(10);
        _now += 48 * 3_600_000;
        await memory.SeeAsync(new[] { new Sighting(Who(1), 2) { Counts = false } }, default);
        var forgotten = memory.TakeChanges(10);
        await SeeAsync(memory, 1, 3);
        var written = memory.TakeChanges(10);

        memory.PutBack(forgotten);

        Assert.Null(Assert.Single(forgotten).Bytes);
        Assert.NotNull(Assert.Single(written).Bytes);
        Assert.All(memory.TakeChanges(10), change => Assert.NotNull(change.Bytes));
    }

    [Fact]
    public void Another_versions_bytes_are_forgotten()
    {
        var state = new CountState();
        state.See(new(Who(1), 1), _now);
        var bytes = state.Encode();

        Assert.NotNull(TrackState.Decode(bytes));
        Assert.Null(TrackState.Decode(bytes.AsSpan(1)));
        bytes[0]++;
        Assert.Null(TrackState.Decode(bytes));
    }

    [Fact]
    public async Task A_clock_that_steps_back_stands()
    {
        var memory = new TrackMemory(() => _now);
        await SeeAsync(memory, 1, 1);
        _now -= 3_600_000;
        var track = await SeeAsync(memory, 1, 2);

        Assert.Equal((2, 2, 2), (track.Minute, track.Hour, track.Day));
    }

    private static SightingKey Who(ulong number) => new(new Digest256(number, number * 2_654_435_761, 0, 0));

    private static async Task<Track> SeeAsync(TrackMemory memory, ulong who, ulong operation) =>
        (await memory.SeeAsync(new Sighting[] { new(Who(who), operation) }, default))[0];
}
