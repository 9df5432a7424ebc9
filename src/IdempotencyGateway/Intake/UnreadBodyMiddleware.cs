using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Intake;

/// <summary>
/// Closes an HTTP/1.1 connection whose request body was not read to its end. Kestrel itself drains the rest, but not once the client has closed its side: then it parses what
/// is left of the body as the next request. Behind a proxy that streams bodies, a client could break off its body and so smuggle a request past that proxy. HTTP/2 is not
/// affected, because each request has a stream of its own.
/// </summary>
public sealed class UnreadBodyMiddleware(RequestDelegate next, TimeProvider clock)
{
    /// <summary>How long to drain after the answer; Kestrel waits as long. If the connection were closed while the client still sends, the client might not see the answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } && context.Request.Protocol.StartsWith("HTTP/1", StringComparison.Ordinal)
            ? ReadToEndAsync(context)
            : next(context);

    private async Task ReadToEndAsync(HttpContext context)
    {
        var isAnswered = false;
        try
        {
            await next(context);
            isAnswered = true;
        }
        finally
        {
            if (!TryDrainBuffered(context.Request.BodyReader) && !(isAnswered && await TryDrainAsync(context)))
                context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }

    /// <summary>Completes the answer, then reads and discards the rest of the body.</summary>
    /// <returns>False when the client broke off or took too long.</returns>
    private async Task<bool> TryDrainAsync(HttpContext context)
    {
        using var deadline = new CancellationTokenSource(Patience, clock);
        try
        {
            await context.Response.CompleteAsync();
            ReadResult result;
            do
            {
                result = await context.Request.BodyReader.ReadAsync(deadline.Token);
                context.Request.BodyReader.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);
            return true;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Discards what has arrived already. For most refused requests that is the whole body, so their connection stays open.</summary>
    private static bool TryDrainBuffered(PipeReader body)
    {
        try
        {
            while (body.TryRead(out var result))
            {
                body.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    return true;
                if (result.Buffer.IsEmpty)
                    return false;
            }
            return false;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The body is broken off or malformed, or another read is still pending.
            return false;
        }
    }
}
