using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests.Keys;

public sealed class ContentHashTests
{
    /// <summary>Test case 13 of McGrew and Viega's "The Galois/Counter Mode of Operation".</summary>
    [Fact]
    public void It_is_the_tag_of_AES_GCM() => Assert.Equal("530f8afbc74536b9a963b4f1c4cb738b", Of(new byte[32], []));

    [Fact]
    public void Every_bit_of_the_content_and_its_length_count()
    {
        var content = new byte[33];
        var hashes = new HashSet<string>(StringComparer.Ordinal) { Of(Key(1), content), Of(Key(1), content[..32]), Of(Key(1), [.. content, 0]), Of(Key(1), []) };
        for (var bit = 0; bit < 8 * content.Length; bit++)
        {
            var changed = content.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            hashes.Add(Of(Key(1), changed));
        }

        Assert.Equal(4 + 8 * content.Length, hashes.Count);
    }

    [Fact]
    public void Under_another_key_a_content_has_another_hash() => Assert.NotEqual(Of(Key(1), [1, 2, 3]), Of(Key(2), [1, 2, 3]));

    [Fact]
    public void Threads_share_it_and_get_the_same()
    {
        var hash = new ContentHash(Key(1));
        var content = new byte[100_000];
        var expected = Of(Key(1), content);

        Parallel.For(0, 64, _ => Assert.Equal(expected, Of(hash, content)));
    }

    private static byte[] Key(byte filling) => [.. Enumerable.Repeat(filling, 32)];

    private static string Of(byte[] key, byte[] content) => Of(new ContentHash(key), content);

    private static string Of(ContentHash hash, byte[] content)
    {
        var digest = new byte[ContentHash.SizeInBytes];
        hash.Compute(content, digest);
        return Convert.ToHexStringLower(digest);
    }
}
