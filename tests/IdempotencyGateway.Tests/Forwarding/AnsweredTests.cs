using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>Cases in which the provider's whole answer arrived: depending on its status it is recorded and replayed, or it releases the key.</summary>
public sealed class AnsweredTests
{
    private const string Json = """{"session_id":"s-1"}""";
    private static readonly string Large = new('x', 100_000);

    /// <summary>Complete answers with a final status, in every framing.</summary>
    private static readonly Dictionary<string, (Func<EitherProvider> Start, int Status, string Body)> Final = new()
    {
        ["201"] = (() => EitherProvider.Start(Step.AfterBody.Answer(201, Json)), 201, Json),
        ["201 and close"] = (() => EitherProvider.Start(Step.AfterBody.Answer(201, Json, new Field("Connection", "close")).Close()), 201, Json),
        ["in chunks"] = (() => EitherProvider.Start(Step.AfterBody.AnswerChunked(201, Json)), 201, Json),
        ["in chunks, with trailers"] = (() => EitherProvider.Start(Step.AfterBody.AnswerChunked(201, Json, new Field("Checksum", "7"))), 201, Json),
        ["103 first"] = (() => EitherProvider.Start(Step.AfterBody.Interim(103, new Field("Link", "</a>")).Answer(201, Json)), 201, Json),
        ["100 that nobody asked for"] = (() => EitherProvider.Start(Step.AfterHead.Interim(100).ReadBody().Answer(201, Json)), 201, Json),
        ["100 after the body"] = (() => EitherProvider.Start(Step.AfterBody.Interim(100).Answer(201, Json)), 201, Json),
        ["100 KB"] = (() => EitherProvider.Start(Step.AfterBody.Answer(200, Large)), 200, Large),
        ["an empty body"] = (() => EitherProvider.Start(Step.AfterBody.Answer(200)), 200, ""),
        ["204"] = (() => EitherProvider.Start(Step.AfterBody.Send("HTTP/1.1 204 No Content\r\n\r\n")), 204, ""),
        ["204 that announces a body"] =
            (() => EitherProvider.Start(Step.AfterBody.Send("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n").Close()), 204, ""),
        ["205"] = (() => EitherProvider.Start(Step.AfterBody.Answer(205)), 205, ""),
        ["205 with a body"] = (() => EitherProvider.Start(Step.AfterBody.Answer(205, Json)), 205, ""),
        ["304"] = (() => EitherProvider.Start(Step.AfterBody.Send("HTTP/1.1 304 Not Modified\r\n\r\n")), 304, ""),
        ["a redirect"] = (() => EitherProvider.Start(Step.AfterBody.Answer(303, Json, new Field("Location", "/elsewhere"))), 303, Json),
        ["400"] = (() => EitherProvider.Start(Step.AfterBody.Answer(400, Json)), 400, Json),
        ["409"] = (() => EitherProvider.Start(Step.AfterBody.Answer(409, Json)), 409, Json),
        ["413 before the body was read"] = (() => EitherProvider.Start(Step.AfterHead.Answer(413, Json)), 413, Json),
        ["500"] = (() => EitherProvider.Start(Step.AfterBody.Answer(500, Json)), 500, Json),
        ["502, the provider's own"] = (() => EitherProvider.Start(Step.AfterBody.Answer(502, Json)), 502, Json),
        ["503, the provider's own"] = (() => EitherProvider.Start(Step.AfterBody.Answer(503, Json)), 503, Json),
        ["a header value beyond ASCII"] = (() => EitherProvider.Start(Step.AfterBody.Answer(201, Json, new Field("X-Name", "Jos\u00c3\u00a9"))), 201, Json),
        ["a status without a name"] = (() => EitherProvider.Start(Step.AfterBody.Send("HTTP/1.1 299\r\nContent-Length: 0\r\n\r\n")), 299, ""),
        ["HTTP/1.0 with a length"] = (() => EitherProvider.Start(Step.AfterBody.Send("HTTP/1.0 201 OK\r\nContent-Length: 2\r\n\r\n{}").Close()), 201, "{}"),
        ["HTTP/2: 201"] = (() => EitherProvider.Start(Http2Step.AfterBody.Answer(201, Json)), 201, Json),
        ["HTTP/2: 204"] = (() => EitherProvider.Start(Http2Step.AfterBody.Answer(204)), 204, ""),
        ["HTTP/2: no length announced"] = (() => EitherProvider.Start(Http2Step.AfterBody.Headers(201, endStream: false).Data(Json, endStream: true)), 201, Json),
        ["HTTP/2: the announced length"] = (() => EitherProvider.Start(Http2Step.AfterBody.Answer(201, Json, new Field("content-length", $"{Json.Length}"))), 201, Json),
        ["HTTP/2: 103 first"] = (() => EitherProvider.Start(Http2Step.AfterBody.Headers(103, endStream: false).Answer(201, Json)), 201, Json),
        ["HTTP/2: trailers"] = (() => EitherProvider.Start(Http2Step.AfterBody.AnswerWithTrailers(201, Json, new Field("checksum", "7"))), 201, Json),
        ["HTTP/2: 500"] = (() => EitherProvider.Start(Http2Step.AfterBody.Answer(500, Json)), 500, Json),
        ["HTTP/2: goes away, owning the stream, and answers it"] =
            (() => EitherProvider.Start(Http2Step.AfterBody.GoAway(includingThisStream: true).Answer(201, Json)), 201, Json),
        ["HTTP/2: 413, and the rest of the body unwanted"] =
            (() => EitherProvider.Start(Http2Step.AfterHeaders.Answer(413, Json).ResetStream(Http2Error.NoError)), 413, Json),
    };

    public static TheoryData<string, string> FinalAnswers => Every.Of(Final.Keys, Shape.Extremes);

    public static TheoryData<int, int> FreeingStatuses => Every.Of<int, int>([401, 403, 408, 425, 429], [1, 2]);

    [Theory]
    [MemberData(nameof(FinalAnswers))]
    public async Task A_whole_answer_with_a_final_status_is_recorded_and_replayed_and_delivered_once(string row, string shape)
    {
        var (start, status, body) = Final[row];
        await using var provider = start();
        await using var gateway = await Asking.Guard(provider);

        var first = await gateway.Ask(Shape.Of(shape, "k-1"));
        var state = await gateway.StateOf("k-1");
        var retry = await gateway.Ask(Shape.Of(shape, "k-1"));

        Assert.Equal((status, body, "executed"), (first.Status, first.Text, first.Headers["Idempotency-Status"]));
        Assert.Equal(RecordState.Done, state);
        Assert.Equal((status, body, "replayed"), (retry.Status, retry.Text, retry.Headers["Idempotency-Status"]));
        Assert.Equal(1, provider.Deliveries);
    }

    [Theory]
    [MemberData(nameof(FreeingStatuses))]
    public async Task A_whole_answer_that_says_not_now_or_not_you_reaches_the_client_and_frees_the_key(int status, int version)
    {
        await using var provider = version == 1
            ? EitherProvider.Start(Step.AfterBody.Answer(status, Json, new Field("Retry-After", "42")), Step.AfterBody.Answer(201, Json))
            : EitherProvider.Start(Http2Step.AfterBody.Answer(status, Json, new Field("retry-after", "42")), Http2Step.AfterBody.Answer(201, Json));
        await using var gateway = await Asking.Guard(provider);

        var first = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));
        var state = await gateway.StateOf("k-1");
        Assert.Equal(1, provider.Deliveries);
        var retry = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));
        var third = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));

        Assert.Equal((status, Json, "42"), (first.Status, first.Text, first.Headers["Retry-After"]));
        Assert.Null(state);
        Assert.Equal((201, "executed"), (retry.Status, retry.Headers["Idempotency-Status"]));
        Assert.Equal((201, "replayed"), (third.Status, third.Headers["Idempotency-Status"]));
        Assert.Equal(2, provider.Deliveries);
    }

    /// <summary>Bytes that follow an answer on its connection must be discarded, not taken for the answer to the next request (response smuggling).</summary>
    [Fact]
    public async Task What_follows_an_answer_on_its_connection_answers_nobody()
    {
        const string stray = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray";
        await using var provider = ScriptedProvider.Start(
            Step.AfterBody.Send($"HTTP/1.1 201 Created\r\nContent-Length: {Json.Length}\r\n\r\n{Json}{stray}"), Step.AfterBody.Answer(202));
        await using var gateway = await Asking.Guard(provider.Address);

        var first = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));
        var second = await gateway.Ask(Shape.Of("POST with JSON", "k-2"));

        Assert.Equal((201, Json), (first.Status, first.Text));
        Assert.Equal((202, ""), (second.Status, second.Text));
        Assert.Equal([1, 2], provider.Deliveries.Select(delivery => delivery.Connection));
    }

    [Fact]
    public async Task A_replay_has_the_headers_as_they_came_twice_named_and_empty_ones_too()
    {
        await using var provider = ScriptedProvider.Start(
            Step.AfterBody.Answer(201, Json, new("Location", "/s-1"), new("Link", "</a>"), new("Link", "</b>"), new("X-Empty", ""), new("Date", "Thu, 01 Jan 2026 00:00:00 GMT")));
        await using var gateway = await Asking.Guard(provider.Address);

        var first = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));
        var retry = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));

        foreach (var name in new[] { "Location", "Link", "X-Empty", "Date", "Content-Length" })
            Assert.Equal(first.Headers.Values(name), retry.Headers.Values(name));
        Assert.Equal(["</a>", "</b>"], retry.Headers.Values("Link"));
        Assert.Equal([""], retry.Headers.Values("X-Empty"));
    }

    [Fact]
    public async Task A_large_upload_that_is_refused_early_but_read_to_its_end_is_answered()
    {
        var upload = Upload.Of(2 * 1024 * 1024, "k-1");
        await using var provider = ScriptedProvider.Start(Step.AfterHead.Answer(413, Json));
        await using var gateway = await Asking.Guard(provider.Address);

        var first = await gateway.Ask(upload.Request);
        var retry = await gateway.Ask(upload.Request);

        Assert.Equal((413, Json), (first.Status, first.Text));
        Assert.Equal((413, "replayed"), (retry.Status, retry.Headers["Idempotency-Status"]));
        await Assert.Single(provider.Deliveries).Settled;
        Assert.Equal(upload.Body, System.Text.Encoding.Latin1.GetString(provider.Deliveries[0].Body.Content));
    }

    [Fact]
    public async Task An_answer_over_the_cap_streams_through_and_leaves_the_fact()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(201, Large));
        await using var gateway = await Asking.Guard(provider.Address, setup => setup.Policy = Asking.Policy with { Record = new() { MaxBodyBytes = 1000 } });

        var first = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));
        var state = await gateway.StateOf("k-1");
        var retry = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));

        Assert.Equal((201, Large), (first.Status, first.Text));
        Assert.Equal(RecordState.Done, state);
        Assert.Equal(new Told(409, "response-not-retained", Retryable: false, ProviderStatus: 201), Told.By(retry));
        Assert.Single(provider.Deliveries);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("framed by the close")]
    public async Task An_answer_over_the_cap_that_may_lack_its_end_breaks_off_at_the_client_too(string how)
    {
        await using var provider = ScriptedProvider.Start(
            how == "cut" ? Step.AfterBody.AnswerPart(201, Large, 50_000).Close() : Step.AfterBody.AnswerUntilClose(201, Large));
        await using var gateway = await Asking.Guard(provider.Address, setup => setup.Policy = Asking.Policy with { Record = new() { MaxBodyBytes = 1000 } });

        var first = await RawClient.Exchange(gateway.Address, Shape.Of("POST with JSON", "k-1"));
        var retry = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));

        // The client may get no answer at all, since a reset may overtake the head.
        Assert.False(first is { Complete: true });
        Assert.Equal(RecordState.Done, await gateway.StateOf("k-1"));
        Assert.Equal(new Told(409, "response-not-retained", Retryable: false, ProviderStatus: 201), Told.By(retry));
        Assert.Single(provider.Deliveries);
    }
}
