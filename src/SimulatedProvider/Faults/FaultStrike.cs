using System.Globalization;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using SimulatedProvider.Exchange;

namespace SimulatedProvider.Faults;

/// <summary>Applies faults to a request.</summary>
internal sealed class FaultStrike(TimeProvider time, CancellationToken stopping)
{
    private const int RefusedStream = 7;

    /// <param name="answer">The operation's own answer; default before executing.</param>
    /// <returns>True when the exchange is over, so that nothing more may be executed or written.</returns>
    public async ValueTask<bool> EndsAsync(IReadOnlyList<Fault> faults, FaultMoment moment, HttpContext context, Answer answer)
    {
        try
        {
            foreach (var fault in faults)
            {
                if (fault.Moment == moment && await EndsAsync(fault, context, answer))
                    return true;
            }
            return false;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            ConnectionEnding.Reset(context);
            return true;
        }
    }

    private async ValueTask<bool> EndsAsync(Fault fault, HttpContext context, Answer answer)
    {
        switch (fault)
        {
            case Fault.Latency(var duration):
                await Task.Delay(duration, time, stopping);
                return false;
            case Fault.Hold(var gate, _):
                await gate.PassAsync(stopping);
                return false;
            case Fault.Hang:
                await ConnectionEnding.WhenLeftAsync(context.RequestAborted, stopping);
                return true;
            case Fault.Reset:
                ConnectionEnding.Reset(context);
                return true;
            case Fault.Close or Fault.Drop:
                await ConnectionEnding.CloseAsync(context, stopping);
                return true;
            case Fault.RefuseStream:
                context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(RefusedStream);
                return true;
            case Fault.Status status:
                await WriteAsync(status, context.Response);
                return true;
            case Fault.Truncate:
                await TruncateAsync(context.Response, answer);
                return true;
            case Fault.CloseDelimited:
                await SendCloseDelimitedAsync(context, answer);
                return true;
            default:
                throw new InvalidOperationException($"unknown fault {fault.GetType()}");
        }
    }

    private static async ValueTask WriteAsync(Fault.Status status, HttpResponse response)
    {
        if (status.RetryAfter is { } wait)
            response.Headers.RetryAfter = ((long)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        using var body = new PooledBuffer();
        await AnswerWriter.WriteAsync(response, Answers.ForStatus(body, status.Code));
    }

    /// <summary>Writes half of the body. The server notices by itself that the rest is missing, and closes the connection.</summary>
    private static ValueTask TruncateAsync(HttpResponse response, Answer answer)
    {
        AnswerWriter.WriteHead(response, answer);
        return AnswerWriter.WriteBodyAsync(response, answer.Body[..(answer.Body.Length / 2)]);
    }

    /// <summary>Writes to the socket directly, because the server would add framing.</summary>
    private async ValueTask SendCloseDelimitedAsync(HttpContext context, Answer answer)
    {
        using var bytes = new PooledBuffer();
        AnswerWriter.WriteUnframed(bytes, answer);
        var socket = context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        for (var rest = bytes.Written; rest.Length > 0;)
            rest = rest[await socket.SendAsync(rest, stopping)..];
        await ConnectionEnding.CloseAsync(context, stopping);
    }
}
