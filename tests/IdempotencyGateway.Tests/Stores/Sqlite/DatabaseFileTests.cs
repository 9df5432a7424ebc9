using System.Globalization;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>Files that the store must not use: each is refused with its name and what to do, and left unchanged.</summary>
public sealed class DatabaseFileTests : SqliteStoreFixture
{
    [Fact]
    public async Task A_second_store_on_the_same_file_is_refused_until_the_first_is_closed()
    {
        await using (Open())
            AssertRefused(DatabasePath, "another process", "path of its own");
        await using var reopened = Open();
    }

    [Fact]
    public async Task A_second_store_on_the_same_file_under_another_name_is_refused()
    {
        await using var store = Open();
        var alias = Folder.File("alias.db");
        File.CreateSymbolicLink(alias, DatabasePath);

        var refusal = Assert.Throws<StoreUnavailableException>(() => Open(Options with { Path = alias }));
        Assert.Contains("another process", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_folder_is_made()
    {
        await using var store = Open(Options with { Path = Folder.File("a/b/gateway.db") });
        await CompleteAsync(store, "key");
    }

    [Fact]
    public void An_empty_file_is_refused()
    {
        File.WriteAllBytes(DatabasePath, []);
        AssertRefused(DatabasePath, "is empty");
        AssertUntouched([]);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        var text = Enumerable.Repeat((byte)'x', 10_000).ToArray();
        File.WriteAllBytes(DatabasePath, text);
        AssertRefused(DatabasePath, "is not a SQLite database");
        AssertUntouched(text);
    }

    [Fact]
    public void Another_programs_database_is_refused()
    {
        using (var foreign = SqliteDatabase.Open(DatabasePath, create: true))
            foreign.Execute("CREATE TABLE customers (name TEXT)");
        var before = File.ReadAllBytes(DatabasePath);
        AssertRefused(DatabasePath, "another program");
        AssertUntouched(before);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_names_both_versions()
    {
        await MakeStoreAsync();
        using (var newer = SqliteDatabase.Open(DatabasePath, create: false))
            newer.Execute("PRAGMA user_version = 7");
        AssertRefused(DatabasePath, "version 7", "knows 4");
    }

    [Fact]
    public async Task A_file_cut_short_is_refused_as_damaged()
    {
        await MakeStoreAsync(records: 200);
        var whole = File.ReadAllBytes(DatabasePath);
        File.WriteAllBytes(DatabasePath, whole[..(whole.Length / 2 / 4096 * 4096)]);
        AssertRefused(DatabasePath, "damaged");
    }

    [Fact]
    public async Task A_file_with_a_damaged_schema_is_refused_as_damaged()
    {
        await MakeStoreAsync();
        Overwrite(100, 3_996);
        AssertRefused(DatabasePath, "damaged");
    }

    [Fact]
    public async Task Damage_inside_the_file_refuses_what_touches_it_and_never_reads_as_absent()
    {
        await MakeStoreAsync(records: 400);
        using (var database = SqliteDatabase.Open(DatabasePath, create: false))
        {
            var settledOn = int.Parse(database.Query("SELECT rootpage FROM sqlite_schema WHERE name = 'settled'"), CultureInfo.InvariantCulture);
            Overwrite((settledOn - 1) * SqliteSchema.PageBytes, SqliteSchema.PageBytes);
        }

        await using var store = Open();

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => WinAsync(store, "0"));
        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        Assert.Contains("backup", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_whose_answer_is_gone_is_refused_and_not_replayed_as_empty()
    {
        await MakeStoreAsync();
        using (var vandal = SqliteDatabase.Open(DatabasePath, create: false))
            vandal.Execute("DELETE FROM answers");

        await using var store = Open();

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => StateAsync(store, "0"));
        Assert.Equal(StoreFailure.Refused, refusal.Failure);
    }

    [Theory]
    [InlineData("-wal")]
    [InlineData(".redo")]
    public async Task A_log_without_its_database_is_refused_and_not_begun_anew(string log)
    {
        await using (var store = Open())
        {
            await CompleteAsync(store, "key");
            File.Copy(DatabasePath + log, Folder.File("orphan.db" + log));
        }

        var refusal = Assert.Throws<StoreUnavailableException>(() => Open(Options with { Path = Folder.File("orphan.db") }));

        Assert.Contains("is missing", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Folder.File("orphan.db")));
    }

    [Fact]
    public async Task A_store_that_was_half_made_when_the_process_died_is_made_again()
    {
        File.WriteAllText(DatabasePath + ".new", "half");
        await using var store = Open();
        await CompleteAsync(store, "key");
        Assert.False(File.Exists(DatabasePath + ".new"));
    }

    [Fact]
    public async Task A_read_only_file_is_refused()
    {
        await MakeStoreAsync();
        OpenToEveryone();
        File.SetAttributes(DatabasePath, FileAttributes.ReadOnly);
        Unprivileged.Run(() => AssertRefused(DatabasePath, "write"));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_refused()
    {
        // /sys refuses new files even to root.
        var refusal = Assert.Throws<StoreUnavailableException>(() => Open(Options with { Path = "/sys/kernel/gateway.db" }));
        Assert.Equal(StoreFailure.Refused, refusal.Failure);
        Assert.Contains("/sys/kernel/gateway.db.lock", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("write access to the folder", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_raw_name_is_in_the_file()
    {
        await using (var store = Open())
        {
            await CompleteAsync(store, "tenant-key-1234");
            await WinAsync(store, "tenant-key-5678");
        }
        var content = File.ReadAllBytes(DatabasePath);

        Assert.Equal(-1, content.AsSpan().IndexOf("tenant-key"u8));
        Assert.NotEqual(-1, content.AsSpan().IndexOf("response"u8));
    }

    [Fact]
    public async Task A_refused_open_lets_go_of_the_lock()
    {
        File.WriteAllBytes(DatabasePath, []);
        AssertRefused("is empty");
        File.Delete(DatabasePath);
        await using var store = Open();
        Assert.IsType<ClaimResult.Won>(await store.ClaimAsync(Request("key"), default));
    }

    private async Task MakeStoreAsync(int records = 1)
    {
        await using var store = Open();
        for (var i = 0; i < records; i++)
            await CompleteAsync(store, $"{i}", new string('r', 300));
    }

    private void Overwrite(int offset, int length)
    {
        using var file = File.OpenWrite(DatabasePath);
        file.Position = offset;
        file.Write(Enumerable.Repeat((byte)0xAA, length).ToArray());
    }

    private void AssertUntouched(byte[] before)
    {
        Assert.Equal(before, File.ReadAllBytes(DatabasePath));
        Assert.Equal([DatabasePath, DatabasePath + ".lock"], Directory.GetFiles(Folder.Path).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    /// <summary>Grants everybody access to the files and their folder, so that only the file's read-only attribute can be the reason for a refusal.</summary>
    private void OpenToEveryone()
    {
        const UnixFileMode Everything = (UnixFileMode)0x1FF; // rwxrwxrwx
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(DatabasePath)!).Append(Path.GetDirectoryName(DatabasePath)!))
            File.SetUnixFileMode(path, Everything);
    }
}
