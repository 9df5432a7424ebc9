using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests.Keys;

public sealed class StoreSecretTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void It_is_made_of_exactly_32_bytes(int length) => Assert.Throws<ArgumentException>(() => new StoreSecret(new byte[length]));

    [Fact]
    public void Each_purpose_has_a_key_of_its_own()
    {
        KeyedHash[] keys = [Secrets.One.StorageKeys, Secrets.One.Fingerprints, Secrets.One.Callers, new(new byte[32])];

        Assert.Equal(keys.Length, keys.Select(key => key.Compute("the same"u8)).Distinct().Count());
    }
}
