using System.Net;
using System.Text;

namespace IdempotencyGateway.Tests.Testing.Http2;

/// <summary>The test harness against .NET's HTTP/2 client: how the client experiences each step, and what the provider counts.</summary>
public sealed class ScriptedHttp2ProviderTests
{
    private const string Json = """{"session_id":"s-1"}""";

    /// <summary>Failures after which the client does not send the request again, and the client's error for each.</summary>
    private static readonly Dictionary<string, (Http2Step Step, HttpRequestError[] Errors)> Failures = new(StringComparer.Ordinal)
    {
        ["resets the stream: internal error"] =
            (Http2Step.AfterBody.ResetStream(Http2Error.InternalError), [HttpRequestError.HttpProtocolError]),
        ["resets the stream: cancel"] = (Http2Step.AfterBody.ResetStream(Http2Error.Cancel), [HttpRequestError.HttpProtocolError]),
        ["resets the stream: no error"] = (Http2Step.AfterBody.ResetStream(Http2Error.NoError), [HttpRequestError.HttpProtocolError]),
        ["asks for HTTP/1.1"] = (Http2Step.AfterBody.ResetStream(Http2Error.Http11Required), [HttpRequestError.HttpProtocolError]),
        ["goes away, owning the stream"] =
            (Http2Step.AfterBody.GoAway(includingThisStream: true).Close(), [HttpRequestError.HttpProtocolError]),
        ["closes after HEADERS"] = (Http2Step.AfterHeaders.Close(), [HttpRequestError.ResponseEnded]),
        // A closed connection may be a reset to the client: its SETTINGS acknowledgement, if it arrives after the close, is answered by one.
        ["closes after the body"] = (Http2Step.AfterBody.Close(), [HttpRequestError.ResponseEnded, HttpRequestError.Unknown]),
        // The socket reports a reset once. If the client's write of that acknowledgement consumes the error, its read only sees the end of the stream.
        ["resets the connection"] = (Http2Step.AfterBody.Reset(), [HttpRequestError.Unknown, HttpRequestError.ResponseEnded]),
        ["closes inside DATA"] = (Http2Step.AfterBody.AnswerPart(201, Json, 9).Close(), [HttpRequestError.ResponseEnded, HttpRequestError.Unknown]),
        ["resets the stream inside DATA"] =
            (Http2Step.AfterBody.AnswerPart(201, Json, 9).ResetStream(Http2Error.InternalError), [HttpRequestError.HttpProtocolError]),
        ["refuses the stream inside DATA"] =
            (Http2Step.AfterBody.AnswerPart(201, Json, 9).ResetStream(Http2Error.RefusedStream), [HttpRequestError.HttpProtocolError]),
    };

    public static TheoryData<string> FailureNames => [.. Failures.Keys];

    [Theory]
    [MemberData(nameof(FailureNames))]
    public async Task A_failed_request_is_delivered_once(string failure)
    {
        var (step, errors) = Failures[failure];
        await using var provider = ScriptedHttp2Provider.Start(step);
        using var client = BareClient.Http2();

        var failed = await client.Fails(client.Request("POST", provider.Address, new StringContent(Json)));

        Assert.Contains(failed.HttpRequestError, errors);
        Assert.Single(provider.Deliveries);
    }

    [Fact]
    public async Task A_delivery_says_what_was_sent()
    {
        await using var provider = ScriptedHttp2Provider.Start();
        using var client = BareClient.Http2();
        var longValue = new string('v', 40_000);
        using var request = client.Request("PATCH", new Uri(provider.Address, "a?b=c"), new StringContent(Json));
        request.Headers.Add("X-Long", longValue);

        using var first = await client.SendAsync(request);
        using var second = await client.SendAsync(client.Request("DELETE", provider.Address));

        var (patch, delete) = (provider.Deliveries[0], provider.Deliveries[1]);
        Assert.Equal(("PATCH", "/a?b=c", Json), (patch.Method, patch.Path, Encoding.UTF8.GetString(patch.Body)));
        Assert.Equal(("DELETE", "/", ""), (delete.Method, delete.Path, Encoding.UTF8.GetString(delete.Body)));
        Assert.Equal("text/plain; charset=utf-8", patch.Headers["content-type"]);
        Assert.Equal(longValue, patch.Headers["x-long"]);
        Assert.Equal((1, 1), (patch.StreamId, patch.Connection));
        Assert.Equal((3, 1), (delete.StreamId, delete.Connection));
        Assert.Equal(2, provider.CompleteRequests.Count);
    }

    [Fact]
    public async Task HEADERS_are_a_delivery_before_the_body_makes_the_request_complete()
    {
        await using var provider = ScriptedHttp2Provider.Start();
        using var client = BareClient.Http2();
        var rest = new Gate();

        var sending = client.SendAsync(client.Request("POST", provider.Address, new PiecewiseContent(10, 10, rest)));
        var delivery = await provider.Delivered(1);
        Assert.False(delivery.Complete);
        Assert.Empty(provider.CompleteRequests);
        rest.Open();

        Assert.Same(delivery, await provider.Completed(1));
        using var answer = await sending;
        Assert.Equal(20, delivery.Body.Length);
    }

    [Fact]
    public async Task Answers_and_trailers_reach_the_client()
    {
        var body = new string('b', 40_000);
        await using var provider = ScriptedHttp2Provider.Start(
            Http2Step.AfterBody.Headers(103, endStream: false).AnswerWithTrailers(201, body, new Field("checksum", "7")));
        using var client = BareClient.Http2();

        using var answer = await client.SendAsync(client.Request("POST", provider.Address, new StringContent(Json)));

        Assert.Equal((HttpStatusCode.Created, body), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal("7", Assert.Single(answer.TrailingHeaders.GetValues("checksum")));
    }

    [Fact]
    public async Task A_connection_that_goes_away_still_answers_the_stream_it_owns()
    {
        await using var provider = ScriptedHttp2Provider.Start(Http2Step.AfterBody.GoAway(includingThisStream: true).Answer(201));
        using var client = BareClient.Http2();

        using var answer = await client.SendAsync(client.Request("POST", provider.Address, new StringContent(Json)));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Single(provider.Deliveries);
    }

    [Fact]
    public async Task An_answer_may_come_before_the_body()
    {
        await using var provider = ScriptedHttp2Provider.Start(Http2Step.AfterHeaders.Answer(413).ResetStream(Http2Error.NoError));
        using var client = BareClient.Http2();
        var never = new Gate();

        using var answer = await client.SendAsync(client.Request("POST", provider.Address, new PiecewiseContent(10, 10, never))).OrGiveUp();
        never.Open();

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Empty(provider.CompleteRequests);
    }

    [Fact]
    public async Task A_hanging_step_goes_on_when_it_is_released_and_other_streams_do_not_wait_for_it()
    {
        var hanging = Http2Step.AfterBody.Hang().Answer(201);
        await using var provider = ScriptedHttp2Provider.Start(hanging, Http2Step.AfterBody.Answer(202));
        using var client = BareClient.Http2();

        var first = client.SendAsync(client.Request("POST", provider.Address, new StringContent(Json)));
        await (await provider.Delivered(1)).Waiting;
        using var second = await client.SendAsync(client.Request("POST", provider.Address, new StringContent(Json))).OrGiveUp();
        Assert.False(first.IsCompleted);
        hanging.Release();

        using var answer = await first.OrGiveUp();
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Accepted), (answer.StatusCode, second.StatusCode));
        Assert.Equal(1, provider.Connections);
    }

    [Fact]
    public async Task A_client_that_gives_up_resets_its_stream()
    {
        await using var provider = ScriptedHttp2Provider.Start(Http2Step.AfterBody.Hang());
        using var client = BareClient.Http2();
        using var hangUp = new CancellationTokenSource();

        var answering = client.SendAsync(client.Request("POST", provider.Address, new StringContent(Json)), hangUp.Token);
        var delivery = await provider.Delivered(1);
        await delivery.Waiting;
        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
        Assert.Equal(Http2Error.Cancel, await delivery.Abandoned);
        await delivery.Settled;
    }
}
