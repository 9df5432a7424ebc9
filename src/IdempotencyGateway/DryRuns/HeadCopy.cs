using IdempotencyGateway.Intake;
using IdempotencyGateway.Tls;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.DryRuns;

/// <summary>
/// Copies everything of a request that intake reads, except the body. A dry run needs a copy for two reasons: what intake stores on the request (a token's claims) must not
/// be visible to the real one, and intake may still run when the server has recycled the request's objects for another request.
/// </summary>
internal static class HeadCopy
{
    public static HttpContext Of(HttpContext context)
    {
        var copy = new DefaultHttpContext();
        var (from, to) = (context.Request, copy.Request);
        (to.Method, to.Protocol, to.PathBase, to.Path, to.QueryString) = (from.Method, from.Protocol, from.PathBase, from.Path, from.QueryString);
        foreach (var (name, values) in from.Headers)
            to.Headers[name] = values;
        copy.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        copy.Connection.RemoteIpAddress = context.Connection.RemoteIpAddress;
        copy.Features.Set(context.Features.Get<ClientCertificate>());
        copy.Features.Set(context.Features.Get<CallerMemo>());
        return copy;
    }
}
