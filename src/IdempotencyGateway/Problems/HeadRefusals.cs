using System.Diagnostics;
using System.Globalization;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using ListenOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace IdempotencyGateway.Problems;

/// <summary>
/// Answers heads that never become requests, because they are too large, too slow or not HTTP. Kestrel refuses them by itself, with a status and nothing else, and announces each
/// before it does. It adds nothing to an answer that has begun by then: so one is begun here, and its body follows when Kestrel is done with the connection.
/// </summary>
/// <remarks>
/// Only over HTTP/1, and not for 505: to a client that speaks HTTP/2 where only HTTP/1 is spoken, Kestrel says so in a frame of HTTP/2, and announces it like any other version.
/// </remarks>
public sealed class HeadRefusals : IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Refused = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>A head is small: who sends the same one without a pause is in time.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly ProblemWriter _problems;
    private readonly GatewayMetrics _metrics;
    private readonly HeadLimits _limits;
    private readonly IDisposable _subscription;

    public HeadRefusals(DiagnosticListener server, ProblemWriter problems, GatewayMetrics metrics, LimitsSnapshot limits)
    {
        _problems = problems;
        _metrics = metrics;
        _limits = limits.Head;
        _subscription = server.Subscribe(this, static name => name == Refused);
    }

    /// <summary>Closest to HTTP, where what is written is what a client reads behind TLS.</summary>
    internal static void Attach(ListenOptions listen) => listen.Use(next => async connection =>
    {
        var refused = new RefusedHead();
        connection.Features.Set(refused);
        await next(connection);
        await refused.CompleteAsync(connection);
    });

    public void OnNext(KeyValuePair<string, object?> told)
    {
        if (told.Value is not IFeatureCollection head
            || head.Get<IBadRequestExceptionFeature>()?.Error is not BadHttpRequestException error
            || head.Get<IEndpointFeature>()?.Endpoint is not null
            || head.Get<IHttpResponseFeature>() is not { HasStarted: false })
        {
            // A request that was under way: whoever works on it answers it.
            return;
        }
        var reply = ReplyTo(error.StatusCode);
        if (head.Get<RefusedHead>() is { } refused && head.Get<IHttp2StreamIdFeature>() is null && error.StatusCode != StatusCodes.Status505HttpVersionNotsupported)
            Begin(head, reply, refused);
        else
            _metrics.ProblemTold(reply.Problem);
    }

    public void OnError(Exception error)
    {
    }

    public void OnCompleted()
    {
    }

    public void Dispose() => _subscription.Dispose();

    /// <summary>The problem is written to memory, as to any client; what it says in headers is the answer's head.</summary>
    private void Begin(IFeatureCollection head, ProblemReply reply, RefusedHead refused)
    {
        var server = head.Get<IHttpResponseBodyFeature>()!;
        var headers = head.Get<IHttpResponseFeature>()!.Headers;
        var allow = headers.Allow;
        using var body = new MemoryStream();
        head.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        var writing = _problems.WriteAsync(new DefaultHttpContext(head), reply, key: null);
        head.Set(server);
        if (!writing.IsCompletedSuccessfully)
        {
            // Memory makes nobody wait; but if it did, the server's own answer is one, too.
            return;
        }
        if (allow.Count > 0)
            headers.Allow = allow;
        headers.Connection = "close";
        headers.ContentLength ??= body.Length;
        refused.Body = body.ToArray();
        // Begins at once: it is requests that may have something to do before.
        _ = server.StartAsync();
    }

    private ProblemReply ReplyTo(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => new(
            GatewayProblem.HeadSlow, Invariant($"The head did not arrive within {_limits.Timeout.TotalSeconds} seconds."))
        {
            RetryAfter = Soon,
        },
        StatusCodes.Status414UriTooLong => new(
            GatewayProblem.TargetTooLong, Invariant($"The gateway takes first lines of up to {_limits.RequestLineBytes} bytes.")),
        StatusCodes.Status431RequestHeaderFieldsTooLarge => new(
            GatewayProblem.HeadTooLarge, Invariant($"The gateway takes up to {_limits.MaxHeaders} headers, of {_limits.HeadersBytes} bytes together.")),
        _ => new(GatewayProblem.Malformed, "This is no request of HTTP, or not one that has a single reading.") { Status = status },
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
