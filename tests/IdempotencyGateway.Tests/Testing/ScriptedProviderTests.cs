using System.Net;
using System.Text;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>The test harness against .NET's HTTP client: how the client experiences each step, and what the provider counts.</summary>
public sealed class ScriptedProviderTests
{
    private const string Json = """{"session_id":"s-1"}""";

    /// <summary>Every way to fail a request with a body, and the client's error for it.</summary>
    private static readonly Dictionary<string, (Step Step, HttpRequestError Error)> Failures = new(StringComparer.Ordinal)
    {
        ["closes without a byte"] = (Step.AfterBody.Close(), HttpRequestError.ResponseEnded),
        ["closes before the body"] = (Step.AfterHead.Close(), HttpRequestError.ResponseEnded),
        ["resets before the body"] = (Step.AfterHead.Reset(), HttpRequestError.Unknown),
        ["resets after the body"] = (Step.AfterBody.Reset(), HttpRequestError.Unknown),
        ["closes inside the head"] = (Step.AfterBody.Send("HTTP/1.1 201 Cre").Close(), HttpRequestError.ResponseEnded),
        ["closes after 103"] = (Step.AfterBody.Interim(103).Close(), HttpRequestError.ResponseEnded),
        ["garbage for a status line"] = (Step.AfterBody.Send("what?\r\n\r\n").Close(), HttpRequestError.InvalidResponse),
        ["a head too large"] = (Step.AfterBody.AnswerWithHugeHead(201), HttpRequestError.ConfigurationLimitExceeded),
        ["half the length, closes"] = (Step.AfterBody.AnswerPart(201, Json, 9).Close(), HttpRequestError.ResponseEnded),
        ["half the length, resets"] = (Step.AfterBody.AnswerPart(201, Json, 9).Reset(), HttpRequestError.Unknown),
        ["no last chunk, closes"] = (Step.AfterBody.AnswerChunkedPart(201, Json).Close(), HttpRequestError.ResponseEnded),
        ["no last chunk, resets"] = (Step.AfterBody.AnswerChunkedPart(201, Json).Reset(), HttpRequestError.Unknown),
    };

    public static TheoryData<string> FailureNames => [.. Failures.Keys];

    [Theory]
    [MemberData(nameof(FailureNames))]
    public async Task A_failed_request_with_a_body_is_delivered_once(string failure)
    {
        var (step, error) = Failures[failure];
        await using var provider = ScriptedProvider.Start(step);
        using var client = BareClient.Http11();

        var failed = await client.Fails(client.Request("POST", provider.Address, new StringContent(Json)));

        Assert.Equal(error, failed.HttpRequestError);
        Assert.Single(provider.Deliveries);
    }

    [Fact]
    public async Task A_delivery_says_what_was_sent_and_how_it_was_framed()
    {
        await using var provider = ScriptedProvider.Start();
        using var client = BareClient.Http11();
        using var chunked = client.Request("PATCH", new Uri(provider.Address, "a?b=c"), new StringContent(Json));
        chunked.Headers.TransferEncodingChunked = true;

        using var first = await client.SendAsync(client.Request("POST", provider.Address, new StringContent(Json)));
        using var second = await client.SendAsync(chunked);
        using var third = await client.SendAsync(client.Request("DELETE", provider.Address));

        Assert.Equal([BodyFraming.ContentLength, BodyFraming.Chunked, BodyFraming.None], provider.Deliveries.Select(d => d.Body.Framing));
        Assert.Equal([Json, Json, ""], provider.Deliveries.Select(d => Encoding.UTF8.GetString(d.Body.Content)), StringComparer.Ordinal);
        Assert.All(provider.Deliveries, d => Assert.True(d.Body.Complete));
        Assert.Equal(("PATCH", "/a?b=c"), (provider.Deliveries[1].Method, provider.Deliveries[1].Target));
        Assert.Equal("text/plain; charset=utf-8", provider.Deliveries[0].Headers["content-type"]);
        Assert.Equal([(1, 1), (1, 2), (1, 3)], provider.Deliveries.Select(d => (d.Connection, d.Ordinal)));
        Assert.Equal(1, provider.Connections);
    }

    [Fact]
    public async Task Each_delivery_gets_the_next_step_and_the_last_step_stays()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(201), Step.AfterBody.Answer(409));
        using var client = BareClient.Http11();

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 3; i++)
        {
            using var answer = await client.SendAsync(client.Request("POST", provider.Address));
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.Conflict], statuses);
    }

    [Fact]
    public async Task Interim_answers_chunks_and_trailers_reach_the_client()
    {
        await using var provider = ScriptedProvider.Start(
            Step.AfterHead.Interim(100).ReadBody().Interim(103, new Field("Link", "</a>")).AnswerChunked(200, Json, new Field("Checksum", "7")));
        using var client = BareClient.Http11();

        using var answer = await client.SendAsync(client.Request("POST", provider.Address, new StringContent(Json)));

        Assert.Equal(Json, await answer.Content.ReadAsStringAsync());
        Assert.Equal("7", Assert.Single(answer.TrailingHeaders.GetValues("Checksum")));
    }

    [Fact]
    public async Task A_hanging_step_goes_on_when_it_is_released()
    {
        var hanging = Step.AfterBody.Hang().Answer(201);
        await using var provider = ScriptedProvider.Start(hanging);
        using var client = BareClient.Http11();

        var answering = client.SendAsync(client.Request("POST", provider.Address, new StringContent(Json)));
        await (await provider.Delivered(1)).Waiting;
        Assert.False(answering.IsCompleted);
        hanging.Release();

        using var answer = await answering.OrGiveUp();
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task A_client_that_leaves_a_hanging_step_is_seen_to_leave()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Hang());
        using var client = BareClient.Http11();
        using var hangUp = new CancellationTokenSource();

        var answering = client.SendAsync(client.Request("POST", provider.Address, new StringContent(Json)), hangUp.Token);
        var delivery = await provider.Delivered(1);
        await delivery.Waiting;
        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
        await delivery.Abandoned;
        await delivery.Settled;
    }

    [Fact]
    public async Task A_step_may_answer_while_the_body_is_still_on_its_way()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterHead.Answer(413).Close());
        using var client = BareClient.Http11();
        var refused = new Gate();

        var sending = client.Fails(client.Request("POST", provider.Address, new PiecewiseContent(100, 16 * 1024 * 1024, refused)));
        await (await provider.Delivered(1)).Settled;
        refused.Open();

        // The client does not read the 413, because sending the rest of its body fails first.
        Assert.Equal(HttpRequestError.Unknown, (await sending).HttpRequestError);
        Assert.False(Assert.Single(provider.Deliveries).Body.Complete);
    }

    [Fact]
    public async Task An_upgraded_connection_echoes()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterHead.Upgrade("echo"));
        using var client = await RawClient.Connect(provider.Address);

        await client.Send(RawClient.Request("GET", "/", null, new Field("Connection", "Upgrade"), new Field("Upgrade", "echo")));
        var answer = await client.ReadAnswer();
        await client.Send("hello");

        Assert.Equal(101, answer?.Status);
        Assert.Equal("hello"u8.ToArray(), await client.ReadExactly(5));
    }

    [Fact]
    public async Task A_request_that_meets_a_closing_idle_connection_is_counted_apart()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(200).AwaitNextRequest().Close());
        using var client = BareClient.Http11();

        using var first = await client.SendAsync(client.Request("POST", provider.Address, new StringContent(Json)));
        var failed = await client.Fails(client.Request("POST", provider.Address, new StringContent(Json)));

        Assert.Equal(HttpRequestError.ResponseEnded, failed.HttpRequestError);
        Assert.Equal((1, 1, 1), (provider.Deliveries.Count, provider.UnreadRequests, provider.Connections));
    }

    [Fact]
    public async Task A_head_that_never_ends_is_no_delivery()
    {
        await using var provider = ScriptedProvider.Start();
        using var client = await RawClient.Connect(provider.Address);

        await client.Send("POST / HTTP/1.1\r\nHost: provider\r\n");
        client.HalfClose();

        Assert.Empty(await client.ReadToEnd());
        Assert.Empty(provider.Deliveries);
        Assert.Equal(1, provider.Connections);
    }

    [Fact]
    public async Task A_closed_port_refuses_the_connection()
    {
        using var closed = new ClosedPort();
        using var client = BareClient.Http11();

        var failed = await client.Fails(client.Request("POST", closed.Address));

        Assert.Equal(HttpRequestError.ConnectionError, failed.HttpRequestError);
    }

    [Theory]
    [InlineData("TLS to a plain-text provider", HttpRequestError.SecureConnectionError)]
    [InlineData("an untrusted certificate", HttpRequestError.SecureConnectionError)]
    // The client only sees the connection end, just as if the provider had read the request and closed.
    [InlineData("plain text to a TLS provider", HttpRequestError.ResponseEnded)]
    public async Task A_failed_TLS_handshake_delivers_nothing(string mismatch, HttpRequestError error)
    {
        await using var provider = mismatch.StartsWith("TLS", StringComparison.Ordinal) ? ScriptedProvider.Start() : ScriptedProvider.StartTls();
        using var client = BareClient.Http11();
        var address = mismatch.StartsWith("an", StringComparison.Ordinal) ? provider.Address : provider.WrongSchemeAddress;

        var failed = await client.Fails(client.Request("POST", address, new StringContent(Json)));

        Assert.Equal(error, failed.HttpRequestError);
        Assert.Equal((0, 1), (provider.Deliveries.Count, provider.Connections));
    }

    [Fact]
    public async Task A_trusting_client_is_served_over_TLS()
    {
        await using var provider = ScriptedProvider.StartTls();
        using var client = BareClient.Http11(handler => handler.SslOptions.RemoteCertificateValidationCallback =
            (_, certificate, _, _) => certificate?.Subject == "CN=127.0.0.1");

        using var answer = await client.SendAsync(client.Request("POST", provider.Address, new StringContent(Json)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Single(provider.Deliveries);
    }
}
