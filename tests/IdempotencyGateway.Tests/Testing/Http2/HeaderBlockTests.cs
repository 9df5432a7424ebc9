namespace IdempotencyGateway.Tests.Testing.Http2;

public sealed class HeaderBlockTests
{
    [Fact]
    public void What_is_encoded_is_decoded_whatever_its_length()
    {
        Field[] fields = [new(":status", "200"), new("short", ""), new("edge", new string('e', 127)), new("long", new string('l', 70_000))];

        Assert.Equal(fields, HeaderBlock.Decode(HeaderBlock.Encode(fields)));
    }

    /// <summary>The examples of RFC 7541, C.2: literals with incremental indexing, without indexing and never indexed, and an indexed field.</summary>
    [Theory]
    [InlineData("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key", "custom-header")]
    [InlineData("040c2f73616d706c652f70617468", ":path", "/sample/path")]
    [InlineData("100870617373776f726406736563726574", "password", "secret")]
    [InlineData("82", ":method", "GET")]
    [InlineData("2082", ":method", "GET")]
    public void The_four_representations_are_read_and_a_table_size_is_passed_over(string block, string name, string value)
    {
        Assert.Equal(new Field(name, value), Assert.Single(HeaderBlock.Decode(Convert.FromHexString(block))));
    }

    [Fact]
    public void The_static_table_ends_where_the_standard_ends_it()
    {
        Assert.Equal(new Field("www-authenticate", ""), Assert.Single(HeaderBlock.Decode([0x80 | 61])));
        Assert.Throws<InvalidDataException>(() => HeaderBlock.Decode([0x80 | 62]));
    }

    [Fact]
    public void Huffman_coding_is_refused_aloud()
    {
        Assert.Throws<NotSupportedException>(() => HeaderBlock.Decode(Convert.FromHexString("418cf1e3c2e5f23a6ba0ab90f4ff")));
    }
}
