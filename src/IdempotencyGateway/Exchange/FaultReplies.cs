using IdempotencyGateway.Configuration;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>The answer to a request that met a bug of the gateway: it says whether the request may have been sent. What went wrong is in the log alone.</summary>
internal sealed partial class FaultReplies(ProblemWriter problems, ILogger<FaultReplies> logger)
{
    /// <returns>
    /// False where a response has begun: the server aborts it, so that no client takes it for complete. False, too, for a request that the server cannot read and for a client that has
    /// left: the server handles both.
    /// </returns>
    public static bool CanAnswer(HttpContext context, Exception fault) =>
        !context.Response.HasStarted
        && fault is not BadHttpRequestException
        && !(fault is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested);

    public Task AnswerAsync(HttpContext context, Exception fault)
    {
        var report = ExchangeReport.Of(context);
        LogFailed(logger, fault, report.RouteId, report.Record?.ToString());
        var guard = report.MatchedRoute?.Guard is { } route && route.Guards(context.Request.Method) ? route : null;
        var key = guard is not null && KeyReader.Read(context.Request.Headers, guard.Policy.Key) is KeyReading.Present { AsSent: var sent } ? sent : null;
        return problems.WriteAsync(context, ReplyTo(context, report, guard), key);
    }

    private static ProblemReply ReplyTo(HttpContext context, ExchangeReport report, GuardedRoute? guard) => report switch
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
