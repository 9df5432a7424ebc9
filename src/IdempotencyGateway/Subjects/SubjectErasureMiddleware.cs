using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Subjects;

/// <summary>
/// Erases records on routes that delete a person at the provider: after the provider has confirmed the deletion and before the client hears of it, the caller's own records about that
/// person are erased, also for requests without a key. Other callers' records stay: they may mean another person by the same name. Repeating a deletion finishes what was left, and does
/// not touch newer records, because a recorded deletion gives its order only once, before it is recorded (<see cref="Recording.ResponseRecorder"/>).
/// </summary>
public sealed partial class SubjectErasureMiddleware(
    RequestDelegate next, SubjectReader subjects, SubjectEraser eraser, CallerScopeReader callers, GatewayMetrics metrics, ILogger<SubjectErasureMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        var chosen = ExchangeReport.Of(context).Route;
        return chosen.Guard is { Policy.Erase: { } erase } route && route.Guards(context.Request.Method)
            ? DeleteAsync(context, chosen.Snapshot, route, erase)
            : next(context);
    }

    private async Task DeleteAsync(HttpContext context, GatewaySnapshot snapshot, GuardedRoute route, ErasePolicy erase)
    {
        var policy = route.Policy;
        // Read before forwarding, because YARP's transforms may change the headers that name caller and person.
        var caller = (await callers.ReadAsync(context, policy.Caller, snapshot.TrustedPeers, body: default)).Scope;
        var named = subjects.OfRequest(erase.Subject, context, policy.Caller, body: default);
        var deletion = named.Count > 0 && caller is { Digest: var digest } ? new Deletion(named, digest, erase.On) : null;
        if (deletion is not null)
            context.Features.Set(deletion);
        var isDone = false;
        context.Response.OnStarting(EraseOnceAsync);
        CompletionFeature.Attach(context, EraseOnceAsync);
        await next(context);
        // If the client is gone, the response never starts, but the deletion has happened all the same.
        await EraseOnceAsync();

        async Task EraseOnceAsync()
        {
            if (isDone || !HasSucceeded(context, erase))
                return;
            isDone = true;
            await EraseAsync(context, route, deletion);
        }
    }

    /// <summary>Counts only the provider's own answer, fresh or recorded, not the gateway's, whatever its status.</summary>
    private static bool HasSucceeded(HttpContext context, ErasePolicy erase) => StatusOf(context) is { } status && erase.On.Contains(status);

    private static int? StatusOf(HttpContext context)
    {
        var report = ExchangeReport.Of(context);
        return report.Outcome switch
        {
            ExchangeOutcome.Executed or ExchangeOutcome.Released or ExchangeOutcome.Unrecorded or ExchangeOutcome.Replayed => GrpcAnswer.Judge(context.Response),
            ExchangeOutcome.Unguarded or ExchangeOutcome.PassedThrough when PassedAnswer.IsThere(context) => GrpcAnswer.Judge(context.Response),
            // For gRPC the recorded HTTP status does not tell whether the call succeeded, and the record does not tell that it was gRPC.
            ExchangeOutcome.NotRetained when !GrpcAnswer.IsGrpc(context.Request.ContentType) => report.RecordedStatus,
            _ => null,
        };
    }

    private async Task EraseAsync(HttpContext context, GuardedRoute route, Deletion? deletion)
    {
        if (deletion is null)
        {
            metrics.SubjectNotErased();
            LogNobody(logger, route.RouteId);
            return;
        }
        // Only a recorded deletion can be recognized when it is repeated. Any other repetition is a new deletion.
        var report = ExchangeReport.Of(context);
        var isRecorded = report.Outcome is ExchangeOutcome.Executed or ExchangeOutcome.Unrecorded or ExchangeOutcome.Replayed or ExchangeOutcome.NotRetained;
        var order = deletion.Order(isRecorded ? report.Record : null, route.Policy.Retention);
        foreach (var subject in deletion.Named)
        {
            try
            {
                var (found, erased) = await eraser.EraseAsync(subject, order);
                metrics.SubjectErased(erased);
                LogErased(logger, route.RouteId, erased, found);
            }
            catch (StoreUnavailableException e)
            {
                metrics.SubjectNotErased();
                LogFailed(logger, e, route.RouteId);
                // The client is waiting, so an unavailable store is not asked again for each further subject.
                if (!e.ConcernsOneRecord)
                    return;
            }
        }
    }

    [LoggerMessage(EventIds.SubjectErased, LogLevel.Information, "Route {RouteId}: the provider deleted a person; {Erased} of {Found} records about that person are erased")]
    private static partial void LogErased(ILogger logger, string routeId, int erased, int found);

    [LoggerMessage(EventIds.SubjectUnknown, LogLevel.Warning, "Route {RouteId}: the provider deleted a person, but the places that the policy names (Erase) do not say whom, or the caller is unknown; nothing is erased")]
    private static partial void LogNobody(ILogger logger, string routeId);

    [LoggerMessage(EventIds.SubjectNotErased, LogLevel.Error, "Route {RouteId}: the provider deleted a person, but the store did not erase all records about that person; repeat the deletion, or erase by subject")]
    private static partial void LogFailed(ILogger logger, Exception exception, string routeId);
}
