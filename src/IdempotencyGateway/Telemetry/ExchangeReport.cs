using System.Diagnostics;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Limits;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Telemetry;

/// <summary>What will be reported about one request: collected while it runs, reported at its end by <see cref="ExchangeReporter"/>.</summary>
public sealed class ExchangeReport(GatewayMetrics metrics, TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();
    private TimeSpan _waited;

    /// <summary>The route that YARP matched. Null until routing is done, and for a request that matches none.</summary>
    public ChosenRoute? MatchedRoute { get; set; }

    /// <summary>The matched route, for code that runs after routing.</summary>
    /// <exception cref="InvalidOperationException">No route was matched.</exception>
    public ChosenRoute Route => MatchedRoute ?? throw new InvalidOperationException("the request has no route");

    /// <summary>The id of the route for metric labels and the log; <see cref="GatewayMetrics.NoRoute"/> for a request that matches none.</summary>
    public string RouteId => MatchedRoute?.RouteId ?? GatewayMetrics.NoRoute;

    /// <summary>The request's permit among the requests under way; null until it has one. Released at its end.</summary>
    internal RequestPermit? Permit { get; set; }

    /// <summary>Starts as ClientGone, and is set when the request is answered.</summary>
    public ExchangeOutcome Outcome { get; set; } = ExchangeOutcome.ClientGone;

    /// <summary>The request won the permission to send; from then on it may have been sent.</summary>
    internal bool IsClaimed { get; set; }

    /// <summary>The request was handed to YARP, with or without a record.</summary>
    internal bool WasForwarded { get; private set; }

    /// <summary>Null on requests that are not guarded.</summary>
    public StorageKey? Record { get; set; }

    /// <summary>The provider's status, if the record has only that and not the answer; otherwise null.</summary>
    public int? RecordedStatus { get; set; }

    /// <summary>The instance of the problem that the client got; null when it got none.</summary>
    public Guid? Problem { get; set; }

    /// <summary>The consent that the request named, if its route asks for one.</summary>
    public Digest256? Consent { get; set; }

    /// <summary>The verdict of the fraud scoring, of this exchange or of the one whose answer is replayed; null when not scored.</summary>
    public Verdict? Risk { get; private set; }

    /// <summary>The request was scored in this exchange, not in the one whose answer is replayed.</summary>
    public bool IsScored { get; private set; }

    /// <summary>The time from handing the request to YARP to the end of the provider's answer.</summary>
    public TimeSpan Provider { get; private set; }

    /// <summary>Ends the report. Returns the total time, and the gateway's own part of it: without the provider's time and without waiting for another request or the client.</summary>
    public (TimeSpan Total, TimeSpan Own) End()
    {
        Permit?.Leave();
        var now = clock.GetTimestamp();
        var total = clock.GetElapsedTime(_began, now);
        var own = total - Provider - _waited;
        return (total, own > TimeSpan.Zero ? own : TimeSpan.Zero);
    }

    public static ExchangeReport Of(HttpContext context) => context.Features.GetRequiredFeature<ExchangeReport>();

    public void Scored(Verdict verdict) => (Risk, IsScored) = (verdict, true);

    /// <summary>Sets the recorded verdict of a replayed answer.</summary>
    public void WasScored(Verdict? recorded) => Risk ??= recorded;

    /// <summary>Time until the disposal counts as the provider's.</summary>
    public Forwarding Forward()
    {
        WasForwarded = true;
        return new(this, Tracing.Forward(), clock.GetTimestamp());
    }

    /// <summary>Time until the disposal counts as waiting for another request's answer.</summary>
    public Waiting WaitForAnother()
    {
        metrics.WaitBegan();
        return new(this, clock.GetTimestamp(), isWaiter: true);
    }

    /// <summary>Time until the disposal counts as waiting for the client's body.</summary>
    public Waiting WaitForClient() => new(this, clock.GetTimestamp(), isWaiter: false);

    public readonly struct Forwarding(ExchangeReport report, Activity? span, long began) : IDisposable
    {
        public void Dispose()
        {
            report.Provider += report.Since(began);
            span?.Dispose();
        }
    }

    public readonly struct Waiting(ExchangeReport report, long began, bool isWaiter) : IDisposable
    {
        public void Dispose()
        {
            report._waited += report.Since(began);
            if (isWaiter)
                report.EndWait();
        }
    }

    private TimeSpan Since(long began) => clock.GetElapsedTime(began);

    private void EndWait() => metrics.WaitEnded();
}
