using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Intake;

/// <summary>
/// Lets no connection go on behind a body that was not read to its end. Kestrel reads the rest by itself, but not once the client has closed its side: then it takes what
/// is left of the body for the next request, so that a client whose body a proxy in front streams through could break off and smuggle a request past that proxy. HTTP/2 has streams and not this problem.
/// </summary>
public sealed class UnreadBodyMiddleware(RequestDelegate next, TimeProvider clock)
{
    /// <summary>As Kestrel does: a client that is still sending should see its answer, which it would not if the connection were cut while it sends.</summary>
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
            if (!IsRead(context.Request.BodyReader) && !(isAnswered && await CanBeReadAsync(context)))
                context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }

    /// <summary>Lets the client have its answer, and takes what it still sends.</summary>
    /// <returns>False when it broke off, or took too long.</returns>
    private async Task<bool> CanBeReadAsync(HttpContext context)
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

    /// <summary>Takes what is there already, which for most refused requests is all of it, so that they keep their connection.</summary>
    private static bool IsRead(PipeReader body)
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
            // Broken off, malformed, or somebody still reads.
            return false;
        }
    }
}
