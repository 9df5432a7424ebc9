using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>
/// Cases in which the provider may have acted and the outcome is unknown: there is one delivery, the client is told so, the record is in doubt, and a retry is told
/// the same and sends nothing.
/// </summary>
public sealed class UnknownTests
{
    private const string Json = """{"session_id":"s-1"}""";

    /// <summary>Over HTTP/1.1: the provider's script, and the status that reaches the gateway before the failure, if any.</summary>
    private static readonly Dictionary<string, (Step Step, int? Status)> Http11 = new()
    {
        ["closes before the body"] = (Step.AfterHead.Close(), null),
        ["closes without a byte"] = (Step.AfterBody.Close(), null),
        ["resets before the body"] = (Step.AfterHead.Reset(), null),
        ["resets after the body"] = (Step.AfterBody.Reset(), null),
        ["closes inside the status line"] = (Step.AfterBody.Send("HTTP/1.1 20").Close(), null),
        ["closes inside the head"] = (Step.AfterBody.Send("HTTP/1.1 201 Created\r\nContent-Le").Close(), null),
        ["closes after 103"] = (Step.AfterBody.Interim(103).Close(), null),
        ["closes after 100"] = (Step.AfterBody.Interim(100).Close(), null),
        ["garbage for a status line"] = (Step.AfterBody.Send("what?\r\n\r\n").Close(), null),
        ["a TLS alert for a status line"] = (Step.AfterBody.Send("\x15\x03\x03\x00\x02\x02\x28").Close(), null),
        ["a broken header line"] = (Step.AfterBody.Send("HTTP/1.1 201 Created\r\nno colon\r\nContent-Length: 0\r\n\r\n").Close(), null),
        ["a head too large"] = (Step.AfterBody.AnswerWithHugeHead(201), null),
        ["half the length, closes"] = (Step.AfterBody.AnswerPart(201, Json, 9).Close(), 201),
        ["none of the length, closes"] = (Step.AfterBody.AnswerPart(201, Json, 0).Close(), 201),
        ["half of an error's length, closes"] = (Step.AfterBody.AnswerPart(500, Json, 9).Close(), 500),
        ["half of a refusal's length, closes"] = (Step.AfterBody.AnswerPart(429, Json, 9).Close(), 429),
        ["no last chunk, closes"] = (Step.AfterBody.AnswerChunkedPart(201, Json).Close(), 201),
        ["inside a chunk, closes"] = (Step.AfterBody.Send("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{\"session").Close(), 201),
        ["a chunk size that is none"] = (Step.AfterBody.Send("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n").Close(), 201),
        ["framed by the close"] = (Step.AfterBody.AnswerUntilClose(201, Json), 201),
        ["framed by the close, empty"] = (Step.AfterBody.AnswerUntilClose(201, ""), 201),
        ["HTTP/1.0 framed by the close"] = (Step.AfterBody.Send("HTTP/1.0 201 Created\r\n\r\n{\"session_id\":").Close(), 201),
        ["chunks and a length that disagree"] =
            (Step.AfterBody.Send("HTTP/1.1 201 Created\r\nContent-Length: 100\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), 201),
        ["lengths that disagree"] =
            (Step.AfterBody.Send("HTTP/1.1 201 Created\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\n{}{}"), 201),
        ["a length that is none"] = (Step.AfterBody.Send("HTTP/1.1 201 Created\r\nContent-Length: -2\r\n\r\n{}").Close(), 201),
        ["inside the trailers, closes"] =
            (Step.AfterBody.Send("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nChecksum: 7").Close(), 201),
        ["a header that cannot be passed on"] = (Step.AfterBody.Answer(201, Json, new Field("X-Broken", "a\x01b")), 201),
        ["a version of HTTP that this is not"] = (Step.AfterBody.Send("HTTP/2.0 201 Created\r\nContent-Length: 2\r\n\r\n{}"), null),
        ["101 that nobody asked for"] = (Step.AfterBody.Upgrade("echo"), 101),
    };

    /// <summary>The same over HTTP/2, where the request's HEADERS are sent before any answer can arrive.</summary>
    private static readonly Dictionary<string, (Http2Step Step, int? Status)> Http2 = new()
    {
        ["refuses the stream"] = (Http2Step.AfterBody.ResetStream(Http2Error.RefusedStream), null),
        ["refuses the stream before the body"] = (Http2Step.AfterHeaders.ResetStream(Http2Error.RefusedStream), null),
        ["goes away, disowning the stream"] = (Http2Step.AfterBody.GoAway(includingThisStream: false), null),
        ["goes away, disowning the stream before the body"] = (Http2Step.AfterHeaders.GoAway(includingThisStream: false), null),
        ["goes away, disowning the stream, and closes"] = (Http2Step.AfterBody.GoAway(includingThisStream: false).Close(), null),
        ["goes away, owning the stream"] = (Http2Step.AfterBody.GoAway(includingThisStream: true).Close(), null),
        ["goes away with an error"] = (Http2Step.AfterBody.GoAway(includingThisStream: true, Http2Error.InternalError).Close(), null),
        ["resets the stream: internal error"] = (Http2Step.AfterBody.ResetStream(Http2Error.InternalError), null),
        ["resets the stream: cancel"] = (Http2Step.AfterBody.ResetStream(Http2Error.Cancel), null),
        ["resets the stream: no error"] = (Http2Step.AfterBody.ResetStream(Http2Error.NoError), null),
        ["asks for HTTP/1.1"] = (Http2Step.AfterBody.ResetStream(Http2Error.Http11Required), null),
        ["closes after HEADERS"] = (Http2Step.AfterHeaders.Close(), null),
        ["closes after the body"] = (Http2Step.AfterBody.Close(), null),
        ["resets the connection"] = (Http2Step.AfterBody.Reset(), null),
        ["closes after 103"] = (Http2Step.AfterBody.Headers(103, endStream: false).Close(), null),
        ["closes inside DATA"] = (Http2Step.AfterBody.AnswerPart(201, Json, 9).Close(), 201),
        ["resets the stream inside DATA"] = (Http2Step.AfterBody.AnswerPart(201, Json, 9).ResetStream(Http2Error.InternalError), 201),
        ["refuses the stream inside DATA"] = (Http2Step.AfterBody.AnswerPart(201, Json, 9).ResetStream(Http2Error.RefusedStream), 201),
        ["less DATA than announced"] =
            (Http2Step.AfterBody.Headers(201, endStream: false, new Field("content-length", "100")).Data(Json, endStream: true), 201),
        ["more DATA than announced"] =
            (Http2Step.AfterBody.Headers(201, endStream: false, new Field("content-length", "5")).Data(Json, endStream: true), 201),
        ["no DATA where some was announced"] = (Http2Step.AfterBody.Headers(201, endStream: true, new Field("content-length", "5")), 201),
    };

    /// <summary>A reset can overtake the bytes sent before it, so the gateway may or may not have seen the status.</summary>
    private static readonly Dictionary<string, Step> CutByReset = new()
    {
        ["half the length, resets"] = Step.AfterBody.AnswerPart(201, Json, 9).Reset(),
        ["no last chunk, resets"] = Step.AfterBody.AnswerChunkedPart(201, Json).Reset(),
        ["framed by a reset"] = Step.AfterBody.Send("HTTP/1.1 201 Created\r\n\r\n{}").Reset(),
    };

    public static TheoryData<string, string> Http11Rows => Every.Of(Http11.Keys, Shape.Extremes);

    public static TheoryData<string, string> Http2Rows => Every.Of(Http2.Keys, Shape.Extremes);

    public static TheoryData<string> ResetRows => [.. CutByReset.Keys];

    public static TheoryData<string, int> ShapesByVersion => Every.Of(Shape.Names, [1, 2]);

    [Theory]
    [MemberData(nameof(Http11Rows))]
    public async Task An_HTTP11_provider_that_breaks_off_leaves_one_delivery_in_doubt(string row, string shape)
    {
        await using var provider = EitherProvider.Start(Http11[row].Step);
        await AssertInDoubtAfterOneDelivery(provider, shape, Http11[row].Status);
    }

    [Theory]
    [MemberData(nameof(Http2Rows))]
    public async Task An_HTTP2_provider_that_breaks_off_leaves_one_delivery_in_doubt(string row, string shape)
    {
        await using var provider = EitherProvider.Start(Http2[row].Step);
        await AssertInDoubtAfterOneDelivery(provider, shape, Http2[row].Status);
    }

    /// <summary>Requests that .NET's client re-sends up to three times: closed before the answer's first byte over HTTP/1.1, stream refused over HTTP/2.</summary>
    [Theory]
    [MemberData(nameof(ShapesByVersion))]
    public async Task What_the_HTTP_client_would_send_again_is_delivered_once_in_every_shape(string shape, int version)
    {
        await using var provider = version == 1
            ? EitherProvider.Start(Step.AfterHead.Close())
            : EitherProvider.Start(Http2Step.AfterHeaders.ResetStream(Http2Error.RefusedStream));
        await AssertInDoubtAfterOneDelivery(provider, shape, providerStatus: null);
    }

    [Theory]
    [MemberData(nameof(ResetRows))]
    public async Task A_reset_inside_the_answer_leaves_one_delivery_in_doubt(string row)
    {
        await using var provider = EitherProvider.Start(CutByReset[row]);
        await using var gateway = await Asking.Guard(provider);

        var first = Told.By(await gateway.Ask(Shape.Of("POST with JSON", "k-1")));
        var retry = Told.By(await gateway.Ask(Shape.Of("POST with JSON", "k-1")));

        Assert.Contains(first.ProviderStatus, new int?[] { null, 201 });
        Assert.Equal(Told.Unknown(502, first.ProviderStatus), first);
        Assert.Equal(Told.Unknown(409, first.ProviderStatus), retry);
        Assert.Equal(1, provider.Deliveries);
    }

    [Theory]
    [InlineData("before the head", 1, null)]
    [InlineData("inside the answer", 1, 201)]
    [InlineData("before the head", 2, null)]
    [InlineData("inside the answer", 2, 201)]
    public async Task A_provider_that_hangs_until_the_deadline_leaves_one_delivery_in_doubt(string where, int version, int? providerStatus)
    {
        var bell = new DeadlineBell();
        await using var provider = (version, where) switch
        {
            (1, "before the head") => EitherProvider.Start(Step.AfterBody.Hang()),
            (1, _) => EitherProvider.Start(Step.AfterBody.AnswerPart(201, Json, 9).Hang()),
            (_, "before the head") => EitherProvider.Start(Http2Step.AfterBody.Hang()),
            _ => EitherProvider.Start(Http2Step.AfterBody.AnswerPart(201, Json, 9).Hang()),
        };
        await using var gateway = await Asking.Guard(provider, setup =>
        {
            setup.Clock = bell;
            setup.Policy = Asking.Policy with { Deadline = bell.Deadline, InFlight = new() { Mode = InFlightMode.Reject } };
        });

        var asking = gateway.Ask(Shape.Of("POST with JSON", "k-1"));
        await provider.Waiting(1);
        var duplicate = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));
        bell.Ring();
        var first = Told.By(await asking);
        var retry = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));

        Assert.Equal(new Told(409, "request-in-progress", Retryable: true), Told.By(duplicate));
        Assert.Equal(Told.Unknown(504, first.ProviderStatus), first);
        // The answer's head may still be in transit when the deadline fires.
        Assert.Contains(first.ProviderStatus, new[] { null, providerStatus });
        Assert.Equal(Told.Unknown(409, first.ProviderStatus), Told.By(retry));
        Assert.Equal(RecordState.Doubt, await gateway.StateOf("k-1"));
        Assert.Equal(1, provider.Deliveries);
    }

    [Fact]
    public async Task A_provider_silent_for_the_cluster_s_activity_timeout()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(200), Step.AfterBody.Hang());
        await using var gateway = await Asking.Guard(
            provider.Address, setup => setup.HttpRequest = new() { ActivityTimeout = TimeSpan.FromSeconds(2) });

        // Opens the connection, so that the timeout cannot pass while connecting.
        Assert.Equal(200, (await gateway.Ask(Shape.Of("POST with JSON", "k-0"))).Status);
        var first = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));
        var retry = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));

        Assert.Equal(Told.Unknown(504, providerStatus: null), Told.By(first));
        Assert.Equal(Told.Unknown(409, providerStatus: null), Told.By(retry));
        Assert.Equal(2, provider.Deliveries.Count);
    }

    [Theory]
    [InlineData("closes")]
    [InlineData("resets")]
    public async Task A_large_upload_that_is_refused_early_and_cut_off(string how)
    {
        var upload = Upload.Of(2 * 1024 * 1024, "k-1");
        var refusal = Step.AfterHead.Answer(413, Json);
        await using var provider = ScriptedProvider.Start(how == "closes" ? refusal.Close() : refusal.Reset());
        await using var gateway = await Asking.Guard(provider.Address);

        var first = Told.By(await gateway.Ask(upload.Request));
        var state = await gateway.StateOf("k-1");
        var retry = await gateway.Ask(upload.Request);

        // The HTTP client races between reading the 413 and failing to send; both outcomes are correct.
        Assert.Contains(first, new[] { Told.Unknown(502, providerStatus: null), new Told(413) });
        Assert.Equal(first.Code is null ? RecordState.Done : RecordState.Doubt, state);
        Assert.Equal(first.Code is null ? first : first with { Status = 409 }, Told.By(retry));
        Assert.Single(provider.Deliveries);
    }

    [Theory]
    [InlineData("closes on reuse", 2)]
    [InlineData("closed while the request was on its way", 1)]
    public async Task A_pooled_connection_that_has_gone_stale_leaves_one_delivery_in_doubt(string how, int deliveries)
    {
        var first = Step.AfterBody.Answer(200);
        await using var provider = how == "closes on reuse"
            ? ScriptedProvider.Start(first, Step.AfterBody.Close())
            : ScriptedProvider.Start(first.AwaitNextRequest().Close(), Step.AfterBody.Answer(201));
        await using var gateway = await Asking.Guard(provider.Address);

        await gateway.Ask(Shape.Of("POST without body or Content-Length", "k-0"));
        var second = await gateway.Ask(Shape.Of("POST without body or Content-Length", "k-1"));
        var retry = await gateway.Ask(Shape.Of("POST without body or Content-Length", "k-1"));

        Assert.Equal(Told.Unknown(502, providerStatus: null), Told.By(second));
        Assert.Equal(Told.Unknown(409, providerStatus: null), Told.By(retry));
        Assert.Equal(deliveries, provider.Deliveries.Count);
    }

    private static async Task AssertInDoubtAfterOneDelivery(EitherProvider provider, string shape, int? providerStatus)
    {
        await using var gateway = await Asking.Guard(provider);

        var first = await gateway.Ask(Shape.Of(shape, "k-1"));
        var state = await gateway.StateOf("k-1");
        var retry = await gateway.Ask(Shape.Of(shape, "k-1"));

        Assert.Equal(Told.Unknown(502, providerStatus), Told.By(first));
        Assert.Equal(RecordState.Doubt, state);
        Assert.Equal(Told.Unknown(409, providerStatus), Told.By(retry));
        Assert.Equal(1, provider.Deliveries);
    }
}
