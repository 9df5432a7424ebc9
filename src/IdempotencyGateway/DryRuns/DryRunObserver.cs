using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.DryRuns;

/// <summary>
/// Observes the requests of routes in a dry run while they are forwarded, and counts what guarding would have done with each. It uses the same intake as guarded requests, and an in-memory table in
/// place of the store. A failure in here never affects a request.
/// </summary>
public sealed partial class DryRunObserver
{
    /// <summary>Copies of observed bodies have a memory budget of their own, a quarter of the one for guarded bodies, so that they never take memory from these.</summary>
    private const int ShareOfBodies = 4;

    private readonly RequestIntake _intake;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<DryRunObserver> _logger;
    private readonly MemoryBudget _copies;
    private readonly BodySpool _spool;

    public DryRunObserver(RequestIntake intake, LimitsSnapshot limited, LimitReplies limits, GatewayMetrics metrics, TimeProvider clock, ILogger<DryRunObserver> logger)
    {
        (_intake, _metrics, _clock, _logger) = (intake, metrics, clock, logger);
        _copies = new(limited.BufferedBodiesBytes / ShareOfBodies);
        _spool = new(_copies, limits);
        Seen = new(clock);
    }

    internal SeenKeys Seen { get; }

    /// <summary>The memory that copies of bodies occupy now.</summary>
    internal long CopiedBytes => _copies.UsedInBytes;

    /// <param name="body">Null when the body was not buffered.</param>
    /// <returns>To be disposed when the request has been answered.</returns>
    internal ObservedRequest Begin(HttpContext context, ExchangeReport report, GuardedRoute route, SpooledBody? body)
    {
        var answer = new WatchedAnswer();
        context.Features.Set(answer);
        var limit = route.Policy.MaxRequestBodyBytes;
        var passing = body is null && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
            ? new PassingBody(context.Request.Body, context.Request.ContentLength, limit, _spool)
            : null;
        var observed = new ObservedRequest(this, context, route, answer, passing);
        var judging = JudgeAsync(observed, context, report, route, passing is not null ? passing.TakeAsync : () => Task.FromResult(AtHand(body)));
        if (!judging.IsCompleted)
            observed.Watch();
        return observed;
    }

    /// <summary>Notes the outcome of a request, by which its retries will be judged.</summary>
    /// <param name="read">Reads the outcome; its argument says whether a guarded call would have hit its deadline. A null outcome means that the client disconnected.</param>
    internal void End(GuardedRoute route, SeenKeys.Attempt attempt, Func<bool, ForwardOutcome?> read)
    {
        try
        {
            var outcome = read(_clock.GetElapsedTime(attempt.Since) > route.Policy.Deadline);
            Seen.End(attempt, outcome is null ? SeenState.Left : StateAfter(route.Policy.Record.Settlement.Settle(outcome)));
        }
#pragma warning disable CA1031 // A bug in looking on must not become a request's.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            LogFailed(_logger, bug, route.RouteId);
        }
    }

    internal void Tell(GuardedRoute route, DryRunOutcome outcome, StorageKey? record)
    {
        _metrics.DryRunTold(route.RouteId, outcome.Label);
        LogTold(_logger, route.RouteId, outcome.Label, record?.ToString());
    }

    private async Task JudgeAsync(ObservedRequest observed, HttpContext context, ExchangeReport report, GuardedRoute route, Func<Task<SpoolResult>> passing)
    {
        try
        {
            observed.Judge(await _intake.ObserveAsync(HeadCopy.Of(context), report, route, passing));
        }
#pragma warning disable CA1031 // A bug in looking on must not become a request's.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            LogFailed(_logger, bug, route.RouteId);
        }
    }

    private static SeenState StateAfter(SettlementDecision decision) => decision switch
    {
        SettlementDecision.Record => SeenState.Answered,
        SettlementDecision.Release => SeenState.Released,
        SettlementDecision.Hold => SeenState.InDoubt,
        _ => throw new InvalidOperationException($"no state after {decision}"),
    };

    private SpoolResult AtHand(SpooledBody? body) =>
        body is null ? new SpoolResult.Whole(_spool.Hand([], 0))
        : body.TryHold() ? new SpoolResult.Whole(body)
        : SpoolResult.ClientGone.Instance;

    [LoggerMessage(EventIds.DryRunTold, LogLevel.Debug, "Route {RouteId} is in a dry run and would {Would}, record {Record}")]
    private static partial void LogTold(ILogger logger, string routeId, string would, string? record);

    [LoggerMessage(EventIds.DryRunFailed, LogLevel.Error, "Route {RouteId} is in a dry run: the observer failed, so what guarding would have done with a request is unknown. The request itself is not affected")]
    private static partial void LogFailed(ILogger logger, Exception exception, string routeId);
}
