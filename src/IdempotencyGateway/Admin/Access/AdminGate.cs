using System.Net;
using IdempotencyGateway.Admin.Audit;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Admin.Access;

/// <summary>
/// Authenticates requests to the admin endpoints. If there are tokens, a request must bear one. If there are none, it must come from this machine and name it as the
/// host. A request that a browser sends for a page of another site must not change anything: any page open on this machine can send requests to its loopback addresses.
/// </summary>
internal sealed partial class AdminGate(RequestDelegate next, AdminTokens tokens, ILogger<AdminGate> logger)
{
    private const long MaxRequestBodyBytes = 4 * 1024 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxRequestBodyBytes;
        if (FindRefusal(context) is { } refusal)
        {
            LogRefused(logger, context.Request.Method, PeerOf(context), refusal.Problem.Code);
            await refusal.ExecuteAsync(context);
            return;
        }
        try
        {
            await next(context);
        }
        catch (StoreUnavailableException e) when (!context.Response.HasStarted)
        {
            LogUnavailable(logger, e);
            await new AdminRefusal(AdminProblem.StoreUnavailable, $"The store did not answer ({e.Failure}). If this was a change, it is not known whether it was made: look at the record before you repeat it.")
                .ExecuteAsync(context);
        }
        catch (AuditUnavailableException e) when (!context.Response.HasStarted)
        {
            LogUnavailable(logger, e);
            await new AdminRefusal(AdminProblem.AuditUnavailable, e.Message).ExecuteAsync(context);
        }
    }

    private AdminRefusal? FindRefusal(HttpContext context)
    {
        var open = context.GetEndpoint()?.Metadata.GetMetadata<NeedsNoToken>() is not null;
        if (!open && (tokens.IsEmpty ? CheckLoopback(context) : CheckToken(context)) is { } refusal)
            return refusal;
        return !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && ComesFromAnotherSite(context.Request)
            ? new(AdminProblem.CrossSite, "A page of another site may not change anything: use a command-line client, or the page at the admin address itself.")
            : null;
    }

    private AdminRefusal? CheckToken(HttpContext context)
    {
        var presented = BearerToken.Of(context.Request);
        if (presented is not null && tokens.NameOf(presented) is { } name)
        {
            context.Features.Set(new AdminCaller(name, PeerOf(context)));
            return null;
        }
        context.Response.Headers.WWWAuthenticate = presented is not null
            ? "Bearer realm=\"idempotency-gateway-admin\", error=\"invalid_token\""
            : "Bearer realm=\"idempotency-gateway-admin\"";
        return new(AdminProblem.Unauthorized, "Send a token of this gateway: Authorization: Bearer <token>.");
    }

    /// <summary>Admits only loopback peers that ask for a loopback host. Any other host name may be that of a site whose DNS points a browser here (DNS rebinding).</summary>
    private static AdminRefusal? CheckLoopback(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } peer || !IPAddress.IsLoopback(peer))
            return new(AdminProblem.NotThisMachine, "This gateway has no admin token, so only requests from its own machine are answered.");
        if (!IsLoopback(context.Request.Host.Host))
            return new(AdminProblem.NotThisMachine, "Address the gateway as localhost or 127.0.0.1: without an admin token it answers to no other host name.");
        context.Features.Set(new AdminCaller(AdminCaller.ThisMachine, PeerOf(context)));
        return null;
    }

    /// <summary>Browsers send Sec-Fetch-Site or Origin with such requests; other clients send neither.</summary>
    private static bool ComesFromAnotherSite(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site is not ("same-origin" or "none"))
            return true;
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string PeerOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    [LoggerMessage(Telemetry.EventIds.AdminRefused, LogLevel.Warning, "Admin: a {Method} from {Peer} was refused ({Code})")]
    private static partial void LogRefused(ILogger logger, string method, string peer, string code);

    [LoggerMessage(Telemetry.EventIds.AdminUnavailable, LogLevel.Error, "Admin: a request could not be served")]
    private static partial void LogUnavailable(ILogger logger, Exception exception);
}
