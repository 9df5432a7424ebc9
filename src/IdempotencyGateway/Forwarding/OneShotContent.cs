using System.Net;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// The body of a guarded request: written once and never again. SocketsHttpHandler re-sends a request on its own when a connection ends
/// without a response byte and there is no content (dotnet/runtime#86714): having content, even an empty one, stops that. What it would re-send
/// all the same (HTTP/2 after REFUSED_STREAM or GOAWAY) is stopped at its head by <see cref="OneHead"/>, and here once more.
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
        // The head went before it. Should the HTTP client ever stop asking what OneHead waits for, this still shows that something left.
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
