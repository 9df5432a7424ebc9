using System.Text;
using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Protection.Encryption;

public sealed class KeyRingFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("keys.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_ring_is_read_as_it_was_written_by_its_owner_only()
    {
        KeyRingFile.Change(Path, _ => Rings.Of("a", "b"));
        var ring = KeyRingFile.Read(Path);

        Assert.Equal([Rings.Key("a").Id, Rings.Key("b").Id], ring.Keys.Select(key => key.Id));
        Assert.Equal(Rings.Key("b").Id, ring.Active.Id);
        Assert.Equal([Path], Directory.GetFiles(_folder.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void A_change_that_fails_leaves_the_ring_as_it_was()
    {
        KeyRingFile.Change(Path, _ => Rings.Of("a"));
        var before = File.ReadAllText(Path);

        Assert.Throws<KeyRingException>(() => KeyRingFile.Change(Path, _ => throw new KeyRingException("no")));

        Assert.Equal(before, File.ReadAllText(Path));
        Assert.Equal([Path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Of_two_who_change_it_at_once_the_second_is_told_and_changes_nothing()
    {
        KeyRingFile.Change(Path, _ => Rings.Of("a"));

        KeyRingFile.Change(Path, _ =>
        {
            var refused = Assert.Throws<KeyRingException>(() => KeyRingFile.Change(Path, _ => Rings.Of("c")));
            Assert.Contains("another process is changing the ring", refused.Message, StringComparison.Ordinal);
            return Rings.Of("a", "b");
        });

        Assert.Equal(Rings.Key("b").Id, KeyRingFile.Read(Path).Active.Id);
    }

    [Fact]
    public void Reading_a_missing_ring_never_creates_one()
    {
        var refused = Assert.Throws<KeyRingException>(() => KeyRingFile.Read(Path));

        Assert.Contains("keys create", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public async Task A_named_pipe_in_its_place_is_no_ring_and_nobody_waits_for_it()
    {
        await Tool.SucceedsAsync("mkfifo", ["-m", "600", Path]);

        await Assert.ThrowsAsync<KeyRingException>(() => Task.Run(() => KeyRingFile.Read(Path)).OrGiveUp());
    }

    [Fact]
    public void A_ring_that_every_user_can_read_is_refused()
    {
        KeyRingFile.Change(Path, _ => Rings.Of("a"));
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Contains("chmod o=", Assert.Throws<KeyRingException>(() => KeyRingFile.Read(Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is no key ring")]
    [InlineData("{", "is no key ring")]
    [InlineData("null", "holds 0 keys")]
    [InlineData("""{"Active":"x","Keys":[]}""", "holds 0 keys")]
    [InlineData("""{"Active":"x","Keys":[],"More":1}""", "is no key ring")]
    [InlineData("""{"Active":"x","Keys":[null]}""", "key 1 is null")]
    [InlineData("""{"Active":"x","Keys":[{"Id":"x","Created":"2026-01-01T00:00:00Z","Key":"c0ffee42"}]}""", "key 1 is not 64 hex digits")]
    [InlineData("""{"Active":"x","Keys":[{"Id":"x","Created":"2026-01-01T00:00:00Z","Key":"0000000000000000000000000000000000000000000000000000000000000000"}]}""", "not the one that its Id names")]
    public void What_is_no_ring_is_refused_without_being_quoted(string text, string expected)
    {
        var refused = Assert.Throws<KeyRingException>(() => KeyRingText.Parse(Encoding.UTF8.GetBytes(text), "here"));

        Assert.StartsWith("here", refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c0ffee42", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_key_twice_and_an_active_key_that_is_missing_are_refused()
    {
        var text = Encoding.UTF8.GetString(KeyRingText.Format(Rings.Of("a", "b")));
        var twice = text.Replace(Rings.Key("a").Name, Rings.Key("b").Name, StringComparison.Ordinal)
            .Replace(Convert.ToHexStringLower(Rings.Key("a").Bytes), Convert.ToHexStringLower(Rings.Key("b").Bytes), StringComparison.Ordinal);
        var missing = text.Replace($"\"Active\": \"{Rings.Key("b").Name}\"", "\"Active\": \"0000000000000000\"", StringComparison.Ordinal);

        Assert.Contains("the same key twice", Refusal(twice), StringComparison.Ordinal);
        Assert.Contains("an active key that it does not hold", Refusal(missing), StringComparison.Ordinal);

        static string Refusal(string text) => Assert.Throws<KeyRingException>(() => KeyRingText.Parse(Encoding.UTF8.GetBytes(text), "here")).Message;
    }
}
