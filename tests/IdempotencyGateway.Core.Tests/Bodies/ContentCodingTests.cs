using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Core.Tests.Bodies;

public class ContentCodingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(false, "identity")]
    [InlineData(false, "Identity, identity", " IDENTITY ")]
    [InlineData(true, "gzip")]
    [InlineData(true, "identity , br")]
    [InlineData(true, "identity", "zstd")]
    [InlineData(true, "")]
    public void A_body_is_coded_unless_every_coding_that_is_named_leaves_it_as_it_is(bool isApplied, params string[] lines) =>
        Assert.Equal(isApplied, ContentCoding.IsApplied(lines));
}
