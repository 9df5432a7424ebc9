using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Tests.Configuration;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Hosting.Commands;

public sealed class KeysCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GatewayFile _configuration = new();

    private string RingFile => _folder.File("ring/keys.json");

    public void Dispose()
    {
        _configuration.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_ring_is_made_grown_and_rotated_and_no_key_is_ever_shown()
    {
        var said = new List<string>
        {
            await KeysAsync("create"),
            await KeysAsync("create"),
        };
        var (first, second) = (KeyRingFile.Read(RingFile).Keys[0], KeyRingFile.Read(RingFile).Keys[1]);
        Assert.Equal(first.Name, KeyRingFile.Read(RingFile).Active.Name);

        said.Add(await KeysAsync("rotate"));
        Assert.Equal(second.Name, KeyRingFile.Read(RingFile).Active.Name);

        said.Add(await KeysAsync("rotate"));
        var ring = KeyRingFile.Read(RingFile);
        Assert.Equal(3, ring.Keys.Count);
        Assert.Equal(ring.Keys[2].Name, ring.Active.Name);

        said.Add(await KeysAsync("create"));
        said.Add(await KeysAsync("list"));
        var lines = said[^1].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["opens old records", "opens old records", "active", "not used yet"], lines.Skip(1).Select(line => line[(line.IndexOf('Z', StringComparison.Ordinal) + 1)..].Trim()));
        Assert.All(KeyRingFile.Read(RingFile).Keys, key =>
        {
            Assert.Contains(key.Name, said[^1], StringComparison.Ordinal);
            Assert.All(said, text => Assert.DoesNotContain(Convert.ToHexStringLower(key.Bytes), text, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task There_is_nothing_to_rotate_or_list_before_a_ring_is_made()
    {
        Assert.Contains("keys create", await RefusedAsync("rotate", $"--Store:Encryption:KeyRingFile={RingFile}"), StringComparison.Ordinal);
        Assert.Contains("keys create", await RefusedAsync("list", $"--Store:Encryption:KeyRingFile={RingFile}"), StringComparison.Ordinal);
        Assert.Contains("Store:Encryption:KeyRingFile", await RefusedAsync("create"), StringComparison.Ordinal);
        Assert.False(File.Exists(RingFile));
        Assert.False(File.Exists(RingFile + ".new"));
    }

    private async Task<string> KeysAsync(string what)
    {
        var (code, output, error) = await CommandLineTests.InvokeAsync(
            "keys", what, "--config", _configuration.Path, $"--Store:Encryption:KeyRingFile={RingFile}");
        Assert.Equal((0, ""), (code, error));
        return output;
    }

    private async Task<string> RefusedAsync(string what, params string[] settings)
    {
        var (code, output, error) = await CommandLineTests.InvokeAsync(["keys", what, "--config", _configuration.Path, .. settings]);
        Assert.Equal((78, ""), (code, output));
        return error;
    }
}
