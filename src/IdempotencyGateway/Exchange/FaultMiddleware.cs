using IdempotencyGateway.Configuration;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// A fault of the gateway's own ends in an answer that says whether the request may have been sent. What went wrong only the log says. Where an answer has begun, the server breaks
/// it off, so that nobody takes it for whole.
/// </summary>
internal sealed partial class FaultMiddleware(RequestDelegate next, ProblemWriter problems, GatewayMetrics metrics, ILogger<FaultMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception fault) when (!context.Response.HasStarted && !IsTheClients(context, fault))
        {
            await AnswerAsync(context, fault);
        }
    }

    /// <summary>A request that the server cannot read, or a client that is gone: the server knows what to do.</summary>
    private static bool IsTheClients(HttpContext context, Exception fault) =>
        fault is BadHttpRequestException || (fault is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested);

    private Task AnswerAsync(HttpContext context, Exception fault)
    {
        var report = context.Features.Get<ExchangeReport>();
        if (report is null)
            metrics.RequestEnded(GatewayMetrics.NoRoute, ExchangeOutcome.Failed);
        else
            report.Outcome = ExchangeOutcome.Failed;
        LogFailed(logger, fault, report?.Route.RouteId ?? GatewayMetrics.NoRoute, report?.Record?.ToString());
        var guard = report?.Route.Guard is { } route && route.Guards(context.Request.Method) ? route : null;
        var key = guard is not null && KeyReader.Read(context.Request.Headers, guard.Policy.Key) is KeyReading.Present { AsSent: var sent } ? sent : null;
        return problems.WriteAsync(context, Tell(context, report, guard), key);
    }

    private static ProblemReply Tell(HttpContext context, ExchangeReport? report, GuardedRoute? guard) => report switch
    {
        // Its record is held in doubt, or ended before: either way its retry is not sent blindly.
        { IsClaimed: true } => new(GatewayProblem.OutcomeUnknown, "The gateway failed while it worked on this request, which may have been sent. What became of it is unknown.")
        {
            Status = StatusCodes.Status500InternalServerError,
            Retryable = guard?.Policy.OnUnknown == OnUnknown.ForwardAgain,
        },
        { WasForwarded: true } => new(GatewayProblem.NoAnswer, "The gateway failed while it worked on this request. Whether the provider acted is unknown, and the gateway keeps no record of it.")
        {
            Status = StatusCodes.Status500InternalServerError,
            Retryable = FailedPass.IsSafe(context.Request.Method),
            // Where one might think that the request was guarded, it says that it was not.
            IdempotencyStatus = context.Response.Headers[GuardedHeaders.Status],
        },
        _ => new(GatewayProblem.GatewayFailed, "The gateway failed before it sent anything of this request."),
    };

    [LoggerMessage(EventIds.RequestFailed, LogLevel.Error, "Route {RouteId}: a request failed unexpectedly, record {StorageKey}")]
    private static partial void LogFailed(ILogger logger, Exception exception, string routeId, string? storageKey);
}
