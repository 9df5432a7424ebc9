using System.Diagnostics;
using System.Globalization;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Telemetry;

/// <summary>Reports the end of a request: a count, two durations, one line, and the server span's name and labels.</summary>
internal sealed partial class ExchangeReporter(GatewayMetrics metrics, ILogger<ExchangeReporter> logger)
{
    private const int RecordDigits = 12;

    public void Report(HttpContext context, ExchangeReport report)
    {
        var route = report.RouteId;
        var outcome = report.Outcome;
        var (total, own) = report.End();
        metrics.RequestEnded(route, outcome);
        metrics.ExchangeTook(route, outcome, total, own);
        if (report.Risk is { } risk)
            metrics.RiskReported(route, risk, report.IsScored);
        if (logger.IsEnabled(LogLevel.Information))
        {
            LogEnded(
                logger, route, outcome.Label(), context.Response.StatusCode, Milliseconds(total), Milliseconds(report.Provider), Milliseconds(own),
                report.Record is { } key ? FirstDigits(key) : null, report.Risk?.Score, report.Risk?.Level.Label(), report.Problem);
        }
        if (report is { Consent: { } consent, Record: { } record } && logger.IsEnabled(LogLevel.Information))
            LogConsent(logger, route, outcome.Label(), FirstDigits(record), consent.ToString());
        if (Activity.Current is { IsAllDataRequested: true } span)
            Describe(span, context, route, outcome);
    }

    /// <summary>Names the span by route and never by URL, because paths and queries may hold personal data.</summary>
    private static void Describe(Activity span, HttpContext context, string route, ExchangeOutcome outcome)
    {
        var method = HttpMethods.GetCanonicalizedValue(context.Request.Method);
        span.DisplayName = $"{method} {route}";
        span.SetTag("http.request.method", method);
        span.SetTag("http.response.status_code", context.Response.StatusCode);
        span.SetTag("idempotency_gateway.route", route);
        span.SetTag("idempotency_gateway.outcome", outcome.Label());
        if (outcome is ExchangeOutcome.Failed or ExchangeOutcome.OutcomeUnknown or ExchangeOutcome.StoreUnavailable or ExchangeOutcome.CutShort)
            span.SetStatus(ActivityStatusCode.Error, outcome.Label());
    }

    /// <summary>Enough digits to find the record, and to see that two lines are about the same key.</summary>
    private static string FirstDigits(StorageKey key) =>
        (key.Digest.A >> (64 - 4 * RecordDigits)).ToString($"x{RecordDigits}", CultureInfo.InvariantCulture);

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    [LoggerMessage(
        EventIds.ExchangeEnded,
        LogLevel.Information,
        "{Route} {Outcome} {Status} in {TotalMs} ms (provider {ProviderMs} ms, own {OwnMs} ms), record {Record}, risk {Risk} {RiskLevel}, problem {Problem}",
        SkipEnabledCheck = true)]
    private static partial void LogEnded(
        ILogger logger, string route, string outcome, int status, double totalMs, double providerMs, double ownMs, string? record, int? risk, string? riskLevel, Guid? problem);

    [LoggerMessage(EventIds.ConsentNamed, LogLevel.Information, "{Route} {Outcome}, record {Record}, relies on consent {Consent}", SkipEnabledCheck = true)]
    private static partial void LogConsent(ILogger logger, string route, string outcome, string record, string consent);
}
