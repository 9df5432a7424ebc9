using System.Text;
using IdempotencyGateway.Stores.Redis.Direct;

namespace IdempotencyGateway.Tests.Stores.Redis.Direct;

/// <summary>Parsing of replies that arrive whole, in pieces, or malformed.</summary>
public sealed class ReplyReaderTests
{
    public static TheoryData<string, string, long, string?> Replies => new()
    {
        { ":-2\r\n", nameof(DirectReplyKind.Number), -2, null },
        { "+OK\r\n", nameof(DirectReplyKind.Bytes), 0, "OK" },
        { "-ERR no\r\n", nameof(DirectReplyKind.Error), 0, "ERR no" },
        { "$-1\r\n", nameof(DirectReplyKind.Nothing), 0, null },
        { "$0\r\n\r\n", nameof(DirectReplyKind.Bytes), 0, "" },
        { "$4\r\n\r\n$1\r\n", nameof(DirectReplyKind.Bytes), 0, "\r\n$1" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_is_read_when_its_last_byte_is_there_and_not_before(string text, string kind, long number, string? bytes)
    {
        var whole = Encoding.ASCII.GetBytes(text);
        for (var length = 0; length < whole.Length; length++)
            Assert.False(ReplyReader.TryRead(whole.AsSpan(0, length), out _, out _));

        Assert.True(ReplyReader.TryRead([.. whole, .. ":7"u8], out var reply, out var used));

        Assert.Equal(whole.Length, used);
        Assert.Equal((kind, number, bytes), (reply.Kind.ToString(), reply.Number, reply.Bytes is null ? null : Encoding.ASCII.GetString(reply.Bytes)));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("*1\r\n:1\r\n")]
    [InlineData(":one\r\n")]
    [InlineData("$99999999999\r\n")]
    [InlineData("\r\n")]
    public void What_was_not_asked_for_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => ReplyReader.TryRead(Encoding.ASCII.GetBytes(text), out _, out _));
}
