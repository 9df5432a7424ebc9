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

    /// <summary>As YARP matched it; null until then, and where no route matches.</summary>
    public ChosenRoute? MatchedRoute { get; set; }

    /// <summary>For what comes after routing.</summary>
    /// <exception cref="InvalidOperationException">No route was matched.</exception>
    public ChosenRoute Route => MatchedRoute ?? throw new InvalidOperationException("the request has no route");

    /// <summary>For labels and the log.</summary>
    public string RouteId => MatchedRoute?.RouteId ?? GatewayMetrics.NoRoute;

    /// <summary>Its place among those under way; null until it has one. Left at its end.</summary>
    internal RequestSeat? Seat { get; set; }

    /// <summary>Until somebody answers, nobody has been answered.</summary>
    public ExchangeOutcome Outcome { get; set; } = ExchangeOutcome.ClientGone;

    /// <summary>It won the permission to send; from then on it may have been sent.</summary>
    internal bool IsClaimed { get; set; }

    /// <summary>It was handed to YARP, with a record or without.</summary>
    internal bool WasForwarded { get; private set; }

    /// <summary>Null on requests that are not guarded.</summary>
    public StorageKey? Record { get; set; }

    /// <summary>The provider's, where the record has it and not the answer; null elsewhere.</summary>
    public int? RecordedStatus { get; set; }

    /// <summary>The problem that the client got, by its instance; null where it got none.</summary>
    public Guid? Problem { get; set; }

    /// <summary>The consent that the request named, where its route asks for one.</summary>
    public Digest256? Consent { get; set; }

    /// <summary>What the request was found to be, now or when the answer that it gets was recorded; null where it was not scored.</summary>
    public Verdict? Risk { get; private set; }

    /// <summary>It was scored in this exchange, and not in the one whose answer is repeated.</summary>
    public bool IsScored { get; private set; }

    /// <summary>From handing the request to YARP to the end of the provider's answer.</summary>
    public TimeSpan Provider { get; private set; }

    /// <summary>All of it, and what of it the gateway took for itself: neither the provider's time nor another request's or the client's. Once it has ended.</summary>
    public (TimeSpan Total, TimeSpan Own) End()
    {
        Seat?.Leave();
        var now = clock.GetTimestamp();
        var total = clock.GetElapsedTime(_began, now);
        return (total, total - Provider - _waited is var own && own > TimeSpan.Zero ? own : TimeSpan.Zero);
    }

    public static ExchangeReport Of(HttpContext context) => context.Features.GetRequiredFeature<ExchangeReport>();

    public void Scored(Verdict verdict) => (Risk, IsScored) = (verdict, true);

    /// <summary>A replay's: as it was recorded.</summary>
    public void WasScored(Verdict? recorded) => Risk ??= recorded;

    /// <summary>Until it is disposed, time is the provider's.</summary>
    public Forwarding Forward()
    {
        WasForwarded = true;
        return new(this, Tracing.Forward(), clock.GetTimestamp());
    }

    /// <summary>Until it is disposed, time is spent on another request's answer.</summary>
    public Waiting WaitForAnother()
    {
        metrics.WaitBegan();
        return new(this, clock.GetTimestamp(), isWaiter: true);
    }

    /// <summary>Until it is disposed, time is the client's, whose body is on its way.</summary>
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
