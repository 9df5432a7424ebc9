using IdempotencyGateway.Intake;
using IdempotencyGateway.Tls;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.DryRuns;

/// <summary>
/// All of a request that intake looks at beside its body. A dry run looks at a copy: what it finds (a token's claims) must not be found on the request, and it may still look when the
/// server has begun to use the request for another.
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
