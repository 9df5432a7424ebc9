using System.Text;
using IdempotencyGateway.Load.Client;

namespace IdempotencyGateway.Load.Tests.Client;

public class AnswerHeadTests
{
    private const string Answer = "HTTP/1.1 201 Created\r\nDate: x\r\nContent-Length: 12\r\nA: b\r\n\r\n";

    [Fact]
    public void An_answer_is_its_head_and_as_many_bytes_as_it_says()
    {
        Assert.Equal(Answer.Length + 12, AnswerHead.LengthOf(Encoding.ASCII.GetBytes(Answer + "{}")));
        Assert.Equal(201, AnswerHead.StatusOf(Encoding.ASCII.GetBytes(Answer)));
    }

    [Fact]
    public void A_head_that_has_not_arrived_yet_has_no_length() => Assert.Null(AnswerHead.LengthOf(Encoding.ASCII.GetBytes(Answer[..^1])));

    [Fact]
    public void An_answer_without_a_length_is_not_guessed_at() =>
        Assert.Throws<InvalidOperationException>(() => AnswerHead.LengthOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8));
}
