using System.Security.Cryptography;
using System.Text;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Stores.Sqlite.Redo;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Sqlite.Redo;

/// <summary>The redo log file on its own: appended frames are read back, a torn tail is ignored, and damage before the tail is an error.</summary>
public sealed class RedoLogTests : IDisposable
{
    private const long Salt = 42;
    private readonly TemporaryFolder _folder = new();

    private string LogPath => _folder.File("gateway.db.redo");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_appended_is_replayed_in_its_order()
    {
        using (var log = Open())
            Append(log, 1, 2, 3);

        using var reopened = Open();

        Assert.Equal(3, reopened.Last);
        Assert.Equal([1, 2, 3], Replay(reopened));
        Assert.Equal([3], Replay(reopened, after: 2));
    }

    [Fact]
    public void What_the_database_holds_already_is_not_replayed()
    {
        using (var log = Open())
            Append(log, 1, 2, 3);

        using var checkpointed = Open(checkpointed: 3);

        Assert.Equal(3, checkpointed.Last);
        Assert.Equal(0, checkpointed.Length);
    }

    [Fact]
    public void After_a_rewind_the_file_is_written_over_and_older_frames_behind_the_end_do_not_count()
    {
        long length;
        using (var log = Open())
        {
            Append(log, 1, 2, 3);
            length = new FileInfo(LogPath).Length;
            log.Rewind();
            Append(log, 4);
        }
        Assert.Equal(length, new FileInfo(LogPath).Length);

        using var reopened = Open(checkpointed: 3);

        Assert.Equal([4], Replay(reopened));
        Append(reopened, 5);
        Assert.Equal([4, 5], Replay(reopened));
    }

    [Fact]
    public void The_file_grows_by_zeros_that_later_frames_overwrite()
    {
        using (var log = Open())
        {
            Append(log, 1);
            var grown = new FileInfo(LogPath).Length;
            Append(log, 2, 3);
            Assert.True(log.Length < grown);
            Assert.Equal(grown, new FileInfo(LogPath).Length);
            Assert.All(File.ReadAllBytes(LogPath)[(int)log.Length..], behind => Assert.Equal(0, behind));
            while (log.Length <= grown)
                Append(log, 4);
            Assert.True(log.Length < new FileInfo(LogPath).Length);
        }

        using var reopened = Open();
        Assert.Equal([1, 2, 3, 4], Replay(reopened).Distinct());
    }

    [Fact]
    public void A_disk_that_has_room_for_a_frame_and_not_for_the_zeros_behind_it_takes_the_frame()
    {
        using (var file = new FailingFile(LogPath) { Fails = Failure.OfZeros })
        {
            using var log = RedoLog.Open(file, Salt, checkpointed: 0);
            Append(log, 1, 2);
            file.Fails = Failure.None;
            Append(log, 3);
            Assert.True(log.Length < new FileInfo(LogPath).Length);
        }

        using var reopened = Open();
        Assert.Equal([1, 2, 3], Replay(reopened));
    }

    [Fact]
    public void A_last_frame_that_is_cut_at_any_byte_ends_the_log_before_it()
    {
        var whole = FramesOf(1, 2);
        var first = whole.Length / 2;

        for (var length = first; length < whole.Length; length++)
        {
            File.WriteAllBytes(LogPath, whole[..length]);
            using var torn = Open();
            Assert.Equal([1], Replay(torn));
        }
    }

    [Fact]
    public void A_byte_that_changed_ends_the_log_only_in_the_last_frame_and_is_damage_before_it()
    {
        var whole = FramesOf(1, 2);

        for (var i = 0; i < whole.Length; i++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[i] ^= 0x10;
            File.WriteAllBytes(LogPath, damaged);
            if (i < whole.Length / 2)
            {
                Assert.Contains(LogPath, Assert.Throws<SqliteFailure>(() => Open()).Message, StringComparison.Ordinal);
                continue;
            }
            using var torn = Open();
            Assert.Equal([1], Replay(torn));
        }
    }

    /// <summary>The search for later frames reads a megabyte at a time, so a frame may straddle two reads.</summary>
    [Theory]
    [InlineData(-32)]
    [InlineData(-3)]
    [InlineData(0)]
    public void A_later_frame_is_found_wherever_it_lies_and_shows_that_an_earlier_one_is_lost(int besideAMegabyte)
    {
        var whole = FramesOf(1, 2);

        File.WriteAllBytes(LogPath, [.. new byte[(1 << 20) + besideAMegabyte], .. whole.AsSpan(whole.Length / 2)]);

        Assert.Throws<SqliteFailure>(() => Open());
    }

    [Fact]
    public void A_log_that_begins_after_what_the_database_holds_is_damaged()
    {
        using (var log = Open(checkpointed: 7))
            Append(log, 8);

        Assert.Throws<SqliteFailure>(() => Open(checkpointed: 6));
    }

    [Fact]
    public void Frames_of_another_store_do_not_count()
    {
        using (var log = Open())
            Append(log, 1);

        using var other = RedoLog.Open(LogPath, Salt + 1, checkpointed: 0);

        Assert.Equal(0, other.Last);
    }

    [Fact]
    public void Recorded_bytes_that_look_like_a_frame_are_none()
    {
        var forged = new byte[RedoFrame.HeadInBytes + 9];
        RandomNumberGenerator.Fill(forged);
        RedoFrame.Seal(forged, number: 9, salt: Salt + 1);
        using (var log = Open())
        {
            var changes = new RedoChanges();
            changes.Put(StoreSamples.Key("key"), StoreRows.Done(forged));
            log.Append(changes);
        }
        // Tear the frame around the recorded bytes, so that they lie behind the log's end, where later frames are searched for.
        var bytes = File.ReadAllBytes(LogPath);
        bytes[RedoFrame.HeadInBytes] ^= 1;
        File.WriteAllBytes(LogPath, bytes);

        using var reopened = Open();

        Assert.Equal(0, reopened.Last);
    }

    [Theory]
    [InlineData(Failure.OfWrite)]
    [InlineData(Failure.OfFlush)]
    public void A_frame_that_failed_is_written_over_by_the_next_one(Failure failure)
    {
        using (var file = new FailingFile(LogPath))
        {
            var log = OpenAfterFailure(file, failure);
            Append(log, 3);
        }

        using var reopened = Open();
        Assert.Equal([1, 3], Replay(reopened));
    }

    [Theory]
    [InlineData(Failure.OfWrite)]
    [InlineData(Failure.OfFlush)]
    public void A_frame_that_failed_does_not_count_after_the_log_has_begun_again(Failure failure)
    {
        using (var file = new FailingFile(LogPath))
        {
            var log = OpenAfterFailure(file, failure);
            log.Rewind();
        }

        using var reopened = Open(checkpointed: 1);
        Assert.Equal(1, reopened.Last);
        Assert.Empty(Replay(reopened));
    }

    [Fact]
    public void While_a_frame_that_failed_cannot_be_taken_away_the_log_goes_on_as_it_was()
    {
        using (var file = new FailingFile(LogPath))
        {
            var log = RedoLog.Open(file, Salt, checkpointed: 0);
            Append(log, 1);
            file.Fails = Failure.OfFlush;
            Assert.Throws<SqliteFailure>(() => Append(log, 2));
            var length = log.Length;

            Assert.Throws<SqliteFailure>(log.Rewind);

            Assert.Equal((1, length), (log.Last, log.Length));
            file.Fails = Failure.None;
            Append(log, 3);
        }

        using var reopened = Open();
        Assert.Equal([1, 3], Replay(reopened));
    }

    [Fact]
    public void A_log_that_was_wiped_has_nothing_of_what_was_written_and_goes_on()
    {
        using (var log = Open())
        {
            Append(log, 1, 2, 3);
            log.Rewind();
            log.Wipe();
            Assert.False(log.HasRemains);
            Assert.All(File.ReadAllBytes(LogPath), written => Assert.Equal(0, written));
            Append(log, 4);
        }

        using var reopened = Open(checkpointed: 3);
        Assert.Equal([4], Replay(reopened));
    }

    [Fact]
    public void A_wipe_that_failed_has_the_log_begun_again_all_the_same()
    {
        using (var file = new FailingFile(LogPath))
        {
            var log = RedoLog.Open(file, Salt, checkpointed: 0);
            Append(log, 1, 2, 3);
            log.Rewind();
            file.Fails = Failure.OfWrite;
            Assert.Throws<SqliteFailure>(log.Wipe);
            Assert.True(log.HasRemains);
            file.Fails = Failure.None;
            Append(log, 4);
        }

        using var reopened = Open(checkpointed: 3);
        Assert.Equal([4], Replay(reopened));
    }

    /// <summary>Every write to /dev/full fails with ENOSPC.</summary>
    [Fact]
    public void A_full_disk_is_told_as_one()
    {
        using var file = new RedoFile("/dev/full");

        var full = Assert.Throws<SqliteFailure>(() => file.Write(new byte[100], 0)).ToUnavailable("gateway.db");

        Assert.Equal(StoreFailure.Full, full.Failure);
        Assert.StartsWith("gateway.db: no room", full.Message, StringComparison.Ordinal);
    }

    /// <summary>Opens a log that holds frame 1 and whose append of frame 2 failed.</summary>
    private static RedoLog OpenAfterFailure(FailingFile file, Failure failure)
    {
        var log = RedoLog.Open(file, Salt, checkpointed: 0);
        Append(log, 1);
        file.Fails = failure;
        Assert.Throws<SqliteFailure>(() => Append(log, 2));
        file.Fails = Failure.None;
        return log;
    }

    /// <returns>The bytes of a log with these frames, without the zeros behind them.</returns>
    private byte[] FramesOf(params int[] names)
    {
        using var log = Open();
        Append(log, names);
        return File.ReadAllBytes(LogPath)[..(int)log.Length];
    }

    private RedoLog Open(long checkpointed = 0) => RedoLog.Open(LogPath, Salt, checkpointed);

    private static void Append(RedoLog log, params int[] names)
    {
        foreach (var name in names)
        {
            var changes = new RedoChanges();
            changes.Put(StoreSamples.Key("key"), StoreRows.Done([(byte)name]));
            log.Append(changes);
        }
    }

    /// <summary>Returns each replayed group's name, which is its last byte.</summary>
    private static int[] Replay(RedoLog log, long after = 0)
    {
        var names = new List<int>();
        log.Replay(after, changes => names.Add(changes[^1]));
        return [.. names];
    }

    public enum Failure
    {
        None,

        /// <summary>The write fails half-way.</summary>
        OfWrite,

        /// <summary>Frames are written, the zeros behind them only half.</summary>
        OfZeros,

        /// <summary>The write succeeds and the flush fails, so it is unknown whether the disk has the frame.</summary>
        OfFlush,
    }

    private sealed class FailingFile(string path) : RedoFile(path)
    {
        public Failure Fails { get; set; }

        public override void Write(ReadOnlySpan<byte> bytes, long at)
        {
            var fails = Fails == Failure.OfWrite || (Fails == Failure.OfZeros && !bytes.ContainsAnyExcept((byte)0));
            base.Write(fails ? bytes[..(bytes.Length / 2)] : bytes, at);
            if (fails)
                throw SqliteFailure.OfDisk(new IOException("the disk is full because the test says so"));
        }

        public override void Flush()
        {
            if (Fails == Failure.OfFlush)
                throw SqliteFailure.OfDisk(new IOException("the disk fails because the test says so"));
            base.Flush();
        }
    }
}
