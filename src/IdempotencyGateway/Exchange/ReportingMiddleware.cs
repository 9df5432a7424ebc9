using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>Stands around every request of a client, whether it has a route or not: opens its report, answers where the gateway itself fails, and reports the end.</summary>
/// <remarks>One middleware for all three, because each one that waits for the response costs every request a state machine.</remarks>
internal sealed class ReportingMiddleware(RequestDelegate next, ExchangeReporter reporter, FaultReplies faults, GatewayMetrics metrics, TimeProvider clock)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var report = new ExchangeReport(metrics, clock);
        context.Features.Set(report);
        try
        {
            await next(context);
        }
        catch (Exception fault)
        {
            report.Outcome = ExchangeOutcome.Failed;
            if (!FaultReplies.CanAnswer(context, fault))
                throw;
            await faults.AnswerAsync(context, fault);
        }
        finally
        {
            reporter.Report(context, report);
        }
    }
}
