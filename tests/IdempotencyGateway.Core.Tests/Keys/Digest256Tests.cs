using FsCheck;
using FsCheck.Fluent;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests.Keys;

public sealed class Digest256Tests
{
    private static readonly Gen<byte[]> Bytes = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(Digest256.SizeInBytes);

    [Fact]
    public void It_keeps_its_32_bytes_and_shows_them_as_hex() =>
        Property.Holds(Bytes, bytes =>
        {
            var digest = Digest256.Read(bytes);
            return digest.ToArray().AsSpan().SequenceEqual(bytes) && digest.ToString() == Convert.ToHexStringLower(bytes);
        });

    [Fact]
    public void Any_other_bit_is_another_digest() =>
        Property.Holds(Gen.Zip(Bytes, Gen.Choose(0, 255)), drawn =>
        {
            var (bytes, bit) = drawn;
            var digest = Digest256.Read(bytes);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            return Digest256.Read(bytes) != digest;
        });

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Other_lengths_are_refused(int length) => Assert.Throws<ArgumentException>(() => Digest256.Read(new byte[length]));
}
