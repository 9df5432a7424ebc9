using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Protection.Encryption;

public sealed class ConfiguredKeyRingTests : IDisposable
{
    private static readonly StoreSecret Secret = new(new byte[StoreSecret.SizeInBytes]);
    private readonly TemporaryFolder _folder = new();

    private string RingFile => _folder.File("keys.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_ring_gateways_that_share_the_secret_share_the_key()
    {
        var one = Open(new()).Current;
        var other = Open(new()).Current;
        var stranger = ConfiguredKeyRing.Open(new(), null, new StoreSecret([.. Enumerable.Repeat((byte)1, StoreSecret.SizeInBytes)]))!.Current;

        Assert.Equal(one.Active.Id, other.Active.Id);
        Assert.NotEqual(one.Active.Id, stranger.Active.Id);
    }

    [Fact]
    public void With_a_ring_records_from_before_it_still_open()
    {
        var before = Open(new()).Current.Active.Id;
        KeyRingFile.Change(RingFile, _ => Rings.Of("a"));

        var ring = Open(new() { KeyRingFile = RingFile }).Current;

        Assert.Equal(Rings.Key("a").Id, ring.Active.Id);
        Assert.NotNull(ring.Find(before));
    }

    [Fact]
    public void The_environment_may_hold_the_ring()
    {
        var text = Encoding.UTF8.GetString(KeyRingText.Format(Rings.Of("a", "b")));

        Assert.Equal(Rings.Key("b").Id, Open(new(), text).Current.Active.Id);
        Assert.Contains(ConfiguredKeyRing.Variable, Assert.Throws<KeyRingException>(() => Open(new() { KeyRingFile = RingFile }, text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ring_that_is_named_and_missing_is_not_made_up() =>
        Assert.Contains("is not there", Assert.Throws<KeyRingException>(() => Open(new() { KeyRingFile = RingFile })).Message, StringComparison.Ordinal);

    [Fact]
    public void There_is_no_ring_if_encryption_is_switched_off() => Assert.Null(ConfiguredKeyRing.Open(new() { Enabled = false }, null, Secret));

    private static KeyRingSource Open(EncryptionSnapshot options, string? environment = null) => ConfiguredKeyRing.Open(options, environment, Secret)!;
}
