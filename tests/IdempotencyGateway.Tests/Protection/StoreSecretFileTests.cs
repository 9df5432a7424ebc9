using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Protection;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Protection;

public sealed class StoreSecretFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("secrets/store.secret");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_start_makes_a_secret_that_only_its_owner_can_read()
    {
        StoreSecretFile.Open(Path);

        Assert.Equal(StoreSecret.SizeInBytes, Convert.FromBase64String(File.ReadAllText(Path)).Length);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path));
        Assert.Equal([Path], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
    }

    [Fact]
    public void Later_starts_use_the_same_secret()
    {
        var first = StoreSecretFile.Open(Path);
        var text = File.ReadAllText(Path);
        var second = StoreSecretFile.Open(Path);

        Assert.Equal(text, File.ReadAllText(Path));
        Assert.Equal(CallerScope.Shared(first), CallerScope.Shared(second));
    }

    [Fact]
    public async Task Starts_at_the_same_moment_end_up_with_one_secret()
    {
        var secrets = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => StoreSecretFile.Open(Path))));

        Assert.Single(secrets.Select(CallerScope.Shared).Distinct());
        Assert.Equal([Path], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_secret_that_every_user_can_get_at_is_refused(UnixFileMode tooMuch)
    {
        StoreSecretFile.Open(Path);
        File.SetUnixFileMode(Path, OwnerOnly | tooMuch);

        var refused = Assert.Throws<StoreSecretException>(() => StoreSecretFile.Open(Path));

        Assert.Contains($"chmod o= '{Path}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64!")]
    [InlineData("c2hvcnQ=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_file_that_is_no_secret_is_refused_and_left_alone(string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, content);
        File.SetUnixFileMode(Path, OwnerOnly);

        var refused = Assert.Throws<StoreSecretException>(() => StoreSecretFile.Open(Path));

        Assert.StartsWith($"Store:SecretFile: {Path} is not 32 bytes in base64", refused.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(Path));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_folder.File("file"), "");

        var refused = Assert.Throws<StoreSecretException>(() => StoreSecretFile.Open(_folder.File("file/store.secret")));

        Assert.Contains(_folder.File("file/store.secret"), refused.Message, StringComparison.Ordinal);
    }
}
