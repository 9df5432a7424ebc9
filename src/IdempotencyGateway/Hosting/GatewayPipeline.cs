using IdempotencyGateway.Admin;
using IdempotencyGateway.Exchange;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Subjects;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Hosting;

/// <summary>The middleware order, and the only place that decides it.</summary>
internal static class GatewayPipeline
{
    /// <param name="hasAdmin">Whether there is an admin listener.</param>
    public static void Use(WebApplication app, bool hasAdmin)
    {
        app.Use(Http2Connection.CountAsync);
        app.UseMiddleware<UnreadBodyMiddleware>();

        // The admin listener shares only the server: it reaches no provider's route, and the clients' addresses reach no admin endpoint.
        if (hasAdmin)
            app.MapWhen(AdminListener.IsAdmin, AdminEndpoints.Use);

        app.UseMiddleware<ReportingMiddleware>();
        app.UseRouting();
        app.MapReverseProxy(proxy =>
        {
            proxy.Use(NoteRoute);
            // Before the claim, so that the record names the destination from the start.
            proxy.UseSessionAffinity();
            proxy.UseLoadBalancing();
            proxy.UseMiddleware<RequestGate>();
            proxy.UseMiddleware<SubjectErasureMiddleware>();
            // What follows this middleware runs only for requests that are sent to a provider.
            proxy.UseMiddleware<IdempotencyMiddleware>();
            proxy.UsePassiveHealthChecks();
        });
        app.MapFallback("{**path}", NoRoute);
    }

    private static Task NoteRoute(HttpContext context, RequestDelegate next)
    {
        ExchangeReport.Of(context).MatchedRoute = ChosenRoute.Of(context);
        return next(context);
    }

    private static Task NoRoute(HttpContext context)
    {
        var services = context.RequestServices;
        var surplus = services.GetRequiredService<ConnectionGate>().TurnAway(context);
        ExchangeReport.Of(context).Outcome = surplus is null ? ExchangeOutcome.NoRoute : ExchangeOutcome.Refused;
        var reply = surplus is not null
            ? services.GetRequiredService<LimitReplies>().ReplyTo(surplus)
            : FramingCheck.FindAmbiguity(context.Request) ?? new(GatewayProblem.NoRoute, "No route of the gateway's configuration matches this method, host and path.");
        return services.GetRequiredService<ProblemWriter>().WriteAsync(context, reply, key: null);
    }
}
