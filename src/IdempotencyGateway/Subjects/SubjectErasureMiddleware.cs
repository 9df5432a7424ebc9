using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Subjects;

/// <summary>
/// On routes that delete a person at the provider: once it has said that it is done, and before the client hears it, the caller's own records about that person are erased. Never
/// another caller's, whose person of the same name may be another. Also for requests without a key. Whoever repeats a deletion goes on with what could not be finished, and leaves alone
/// what was made since: a deletion that is recorded has given its order before (<see cref="Recording.ResponseRecorder"/>), and gives it only once.
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
        // Read now: transforms may change the head, and who is named in it, on its way.
        var caller = (await callers.ReadAsync(context, policy.Caller, snapshot.TrustedPeers, body: default)).Scope;
        var named = subjects.OfRequest(erase.Subject, context, policy.Caller, body: default);
        var deletion = named.Count > 0 && caller is { Digest: var digest } ? new Deletion(named, digest, erase.On) : null;
        if (deletion is not null)
            context.Features.Set(deletion);
        var isDone = false;
        context.Response.OnStarting(EraseOnceAsync);
        await next(context);
        // A client that is gone starts no response; what it asked for has happened all the same.
        await EraseOnceAsync();

        async Task EraseOnceAsync()
        {
            if (isDone || !HasSucceeded(context, erase))
                return;
            isDone = true;
            await EraseAsync(context, route, deletion);
        }
    }

    /// <summary>By the provider's own word, now or recorded: no other response counts, whatever its status.</summary>
    private static bool HasSucceeded(HttpContext context, ErasePolicy erase) => StatusOf(context) is { } status && erase.On.Contains(status);

    private static int? StatusOf(HttpContext context)
    {
        var report = ExchangeReport.Of(context);
        return report.Outcome switch
        {
            ExchangeOutcome.Executed or ExchangeOutcome.Released or ExchangeOutcome.Unrecorded or ExchangeOutcome.Replayed => GrpcAnswer.Judge(context.Response),
            ExchangeOutcome.Unguarded or ExchangeOutcome.PassedThrough when PassedAnswer.IsThere(context) => GrpcAnswer.Judge(context.Response),
            // What gRPC had said is not kept, nor that it was gRPC.
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
        // Where its answer is recorded, so is its order; elsewhere a repetition is a new deletion.
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
                // The client waits: a store that is away is not asked for each name.
                if (!e.ConcernsOneRecord)
                    return;
            }
        }
    }

    [LoggerMessage(EventIds.SubjectErased, LogLevel.Information, "Route {RouteId}: the provider deleted a person; {Erased} of {Found} records about that person are erased")]
    private static partial void LogErased(ILogger logger, string routeId, int erased, int found);

    [LoggerMessage(EventIds.SubjectUnknown, LogLevel.Warning, "Route {RouteId}: the provider deleted somebody, but the request does not say whom, or who asks, where the policy looks (Erase); nothing is erased")]
    private static partial void LogNobody(ILogger logger, string routeId);

    [LoggerMessage(EventIds.SubjectNotErased, LogLevel.Error, "Route {RouteId}: the provider deleted a person, but the store did not erase all records about that person; repeat the deletion, or erase by subject")]
    private static partial void LogFailed(ILogger logger, Exception exception, string routeId);
}
