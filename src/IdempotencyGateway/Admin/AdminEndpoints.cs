using IdempotencyGateway.Housekeeping;
using IdempotencyGateway.Telemetry.Exposition;

namespace IdempotencyGateway.Admin;

/// <summary>What the admin listener answers.</summary>
internal static class AdminEndpoints
{
    public static void Use(IApplicationBuilder admin)
    {
        admin.UseRouting();
        admin.UseEndpoints(endpoints =>
        {
            endpoints.MapGet("/health/live", () => Results.Text("alive\n"));
            endpoints.MapGet("/health/ready", Ready);
            endpoints.MapGet("/metrics", (HttpContext context, PrometheusExposition metrics) => metrics.WriteAsync(context));
        });
    }

    /// <summary>Draining is the one state in which a gateway that runs should get no new work; a store that is down is answered per route.</summary>
    private static IResult Ready(ExchangesUnderWay exchanges) => exchanges.Draining
        ? Results.Text("draining\n", statusCode: StatusCodes.Status503ServiceUnavailable)
        : Results.Text("ready\n");
}
