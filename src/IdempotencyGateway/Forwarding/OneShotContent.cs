using System.Net;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// The body of a guarded request, which can be written only once. SocketsHttpHandler re-sends a request by itself when the connection ends before the first response byte, if the
/// request has no content (dotnet/runtime#86714); content, even if empty, prevents that. Its other re-sends (HTTP/2 after REFUSED_STREAM or GOAWAY) are stopped by
/// <see cref="OneShotHead"/>, and here as a second line of defence.
/// </summary>
internal sealed class OneShotContent : HttpContent
{
    private readonly ForwardAttempt _attempt;
    private int _serializations;

    public OneShotContent(ForwardAttempt attempt) => _attempt = attempt;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _serializations) != 1)
            throw new InvalidOperationException("the HTTP client tried to send a guarded request a second time");
        // The head precedes the body, so OneShotHead has done this already. If the HTTP client ever stops calling the selector, this still proves that sending began.
        _attempt.TryBegin();
        return _attempt.Body.Length == 0 ? Task.CompletedTask : WriteAsync(stream, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _attempt.Body.Length;
        return true;
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        SpooledBody body = _attempt.Body;
        if (!body.TryHold())
            throw new InvalidOperationException("a guarded request was sent after its exchange had ended");
        using (body)
            await stream.WriteAsync(body.Bytes, cancellationToken);
    }
}
