using System.Diagnostics;
using System.Globalization;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using ListenOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace IdempotencyGateway.Problems;

/// <summary>
/// Answers with a problem where a request's head is too large, too slow or not HTTP. Kestrel refuses such a head before any middleware runs, with a bare status. It raises a diagnostic event
/// first, and writes nothing of its own if a response has started by then. So the response is started inside that event, and its body is written when Kestrel is done with the connection.
/// </summary>
/// <remarks>
/// Only for HTTP/1, and not for 505: Kestrel raises that event also for a client that speaks HTTP/2 to an HTTP/1 port, which it answers with an HTTP/2 frame.
/// </remarks>
public sealed class HeadRefusals : IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Refused = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Short, because a head is small: a client that sends it without pausing meets the timeout.</summary>
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

    /// <summary>To be called last among the connection middlewares, next to HTTP: what is written there is still encrypted by TLS.</summary>
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
            // The request is being processed already, and gets its answer there.
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

    /// <summary>Writes the problem's headers to the response and its body to memory, then starts the response.</summary>
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
            // Writing to memory completes synchronously. If that ever changes, the client gets Kestrel's bare status.
            return;
        }
        if (allow.Count > 0)
            headers.Allow = allow;
        headers.Connection = "close";
        headers.ContentLength ??= body.Length;
        refused.Body = body.ToArray();
        // Completes synchronously, because no request has registered anything to run before the response starts.
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
            GatewayProblem.TargetTooLong, Invariant($"The request line may have up to {_limits.RequestLineBytes} bytes.")),
        StatusCodes.Status431RequestHeaderFieldsTooLarge => new(
            GatewayProblem.HeadTooLarge, Invariant($"A request may have up to {_limits.MaxHeaders} headers, with {_limits.HeadersBytes} bytes together.")),
        _ => new(GatewayProblem.Malformed, "This is not an HTTP request, or it could be read in more than one way.") { Status = status },
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
