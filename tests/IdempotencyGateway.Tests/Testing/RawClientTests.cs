using System.Text;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>The test harness against itself: <see cref="RawClient"/> and <see cref="ScriptedProvider"/> exchange exact bytes.</summary>
public sealed class RawClientTests
{
    [Fact]
    public async Task Bytes_arrive_exactly_as_they_were_sent()
    {
        const string Head = "POST /x?y HTTP/1.1\nhOST:  here \r\nContent-Length: 2\r\nX: 1\r\nx: 2\r\n\r\n";
        await using var provider = ScriptedProvider.Start();

        await RawClient.Exchange(provider.Address, Head + "{}");

        var delivery = Assert.Single(provider.Deliveries);
        Assert.Equal(Head, Encoding.Latin1.GetString(delivery.Head.Bytes));
        Assert.Equal("here", delivery.Headers["Host"]);
        Assert.Equal(["1", "2"], delivery.Headers.Values("X"));
        Assert.Equal("{}"u8.ToArray(), delivery.Body.Content);
    }

    [Fact]
    public async Task A_request_is_delivered_when_its_last_piece_completes_the_head()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterHead.Interim(100).ReadBody().Answer(201));
        using var client = await RawClient.Connect(provider.Address);

        await client.Send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n");
        Assert.Empty(provider.Deliveries);
        await client.Send("\r\n2\r\n{");
        var delivery = await provider.Delivered(1);
        Assert.False(delivery.Body.Complete);
        await client.Send("}\r\n0\r\nChecksum: 7\r\n\r\n");
        var answer = await client.ReadAnswer();

        Assert.Equal(201, answer?.Status);
        Assert.Equal("HTTP/1.1 100 Continue", Assert.Single(answer!.Interim).StartLine);
        Assert.Equal("{}"u8.ToArray(), delivery.Body.Content);
        Assert.Equal("7", delivery.Body.Trailers["checksum"]);
    }

    [Fact]
    public async Task Answers_are_read_by_length_by_chunks_and_until_close()
    {
        await using var provider = ScriptedProvider.Start(
            Step.AfterBody.Answer(200, "length", new Field("X-Case", "Kept")),
            Step.AfterBody.AnswerChunked(200, "chunks", new Field("Checksum", "7")),
            Step.AfterBody.AnswerUntilClose(200, "close"));
        using var client = await RawClient.Connect(provider.Address);

        var answers = new List<RawAnswer>();
        for (var i = 0; i < 3; i++)
        {
            await client.Send(RawClient.Request("POST", "/", ""));
            answers.Add((await client.ReadAnswer())!);
        }

        Assert.Equal(["length", "chunks", "close"], answers.Select(a => a.Text), StringComparer.Ordinal);
        Assert.Equal([BodyFraming.ContentLength, BodyFraming.Chunked, BodyFraming.UntilClose], answers.Select(a => a.Body.Framing));
        Assert.All(answers, a => Assert.True(a.Complete));
        Assert.Equal("X-Case", answers[0].Headers[0].Name);
        Assert.Equal("7", answers[1].Trailers["Checksum"]);
        Assert.Equal(ConnectionEnd.Closed, client.End);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_kept_and_called_incomplete()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.AnswerPart(201, "{\"a\":1}", sent: 3).Close());

        var answer = await RawClient.Exchange(provider.Address, RawClient.Request("POST", "/", "{}"));

        Assert.Equal((201, "{\"a", false), (answer?.Status, answer?.Text, answer?.Complete));
    }

    [Fact]
    public async Task No_answer_is_null_and_the_end_says_how()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Close(), Step.AfterBody.Reset());
        using var closed = await RawClient.Connect(provider.Address);
        await closed.Send(RawClient.Request("POST", "/"));
        Assert.Null(await closed.ReadAnswer());
        using var reset = await RawClient.Connect(provider.Address);
        await reset.Send(RawClient.Request("POST", "/"));
        Assert.Null(await reset.ReadAnswer());

        Assert.Equal((ConnectionEnd.Closed, ConnectionEnd.Reset), (closed.End, reset.End));
    }

    [Fact]
    public async Task A_HEAD_is_answered_without_the_body_that_its_length_announces()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.AnswerPart(200, "never sent", sent: 0));
        using var client = await RawClient.Connect(provider.Address);

        await client.Send(RawClient.Request("HEAD", "/"));

        Assert.True((await client.ReadAnswer(toHead: true))?.Complete);
    }

    [Fact]
    public async Task A_half_closed_client_still_reads_and_a_reset_one_is_seen_to_leave()
    {
        var hanging = Step.AfterBody.Hang();
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(200), hanging);
        using var halfClosed = await RawClient.Connect(provider.Address);
        await halfClosed.Send(RawClient.Request("POST", "/"));
        halfClosed.HalfClose();
        Assert.Equal(200, (await halfClosed.ReadAnswer())?.Status);

        using var leaving = await RawClient.Connect(provider.Address);
        await leaving.Send(RawClient.Request("POST", "/"));
        var delivery = await provider.Delivered(2);
        await delivery.Waiting;
        leaving.Reset();

        Assert.Equal(ConnectionEnd.Reset, await delivery.Abandoned);
    }
}
