using System.Text;
using IdempotencyGateway.Forwarding;

namespace IdempotencyGateway.Tests.Forwarding;

public sealed class OneShotContentTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    public async Task The_body_is_written_once_and_never_again(string text)
    {
        using var body = Bodies.Of(text);
        using var content = new OneShotContent(new ForwardAttempt(body));
        using var written = new MemoryStream();

        await content.CopyToAsync(written);

        Assert.Equal(text, Encoding.UTF8.GetString(written.ToArray()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => content.CopyToAsync(written));
        Assert.Equal(text.Length, written.Length);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("{}", 2)]
    public void Its_length_is_known_so_that_it_is_never_sent_in_chunks(string text, long length)
    {
        using var body = Bodies.Of(text);
        using var content = new OneShotContent(new ForwardAttempt(body));

        Assert.Equal(length, content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_body_that_was_given_back_is_not_sent()
    {
        var body = Bodies.Of("{}");
        using var content = new OneShotContent(new ForwardAttempt(body));
        using var written = new MemoryStream();
        body.Dispose();

        await Assert.ThrowsAsync<InvalidOperationException>(() => content.CopyToAsync(written));
        Assert.Equal(0, written.Length);
    }

    [Fact]
    public async Task A_body_that_begins_to_be_written_counts_as_begun_whatever_was_asked_before()
    {
        using var body = Bodies.Of("{}");
        var attempt = new ForwardAttempt(body);
        using var content = new OneShotContent(attempt);

        await content.CopyToAsync(Stream.Null);

        Assert.True(attempt.WasBegun);
    }
}
