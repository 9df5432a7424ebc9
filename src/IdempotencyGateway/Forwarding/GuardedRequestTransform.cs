using IdempotencyGateway.Problems;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Prepares the outgoing message of a guarded request: attaches its <see cref="ForwardAttempt"/>, forwards the key under the name that the policy gives it, and removes headers that must
/// never reach a provider. Runs after the route's own transforms, so that none of them can undo this. It is on every route, because intake decides per request what is guarded, and a guarded
/// message without its attempt could be re-sent by the HTTP client. It also restores the escapes in the path of every request.
/// </summary>
internal sealed class GuardedRequestTransform : ITransformProvider
{
    private static readonly string[] NeverForwarded = ["X-Content-Length", "Upgrade", "Expect", "Trailer"];

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        context.AddRequestTransform(Apply);
        if (context.Route.Metadata is CarryingMetadata<ChosenRoute> { Carried.Guard: not null })
            context.AddResponseTransform(KeepOwnWord);
        if (context.Route.Metadata is CarryingMetadata<ChosenRoute> { Carried.DryRun: not null })
            context.AddResponseTransform(WatchedAnswer.NoteAsync);
    }

    /// <summary>
    /// For a request that passes unguarded, the gateway sets its own headers before the answer arrives, and YARP appends the provider's headers of the same names. This removes the latter.
    /// </summary>
    private static ValueTask KeepOwnWord(ResponseTransformContext context)
    {
        GuardedHeaders.KeepOwn(context.HttpContext.Response.Headers);
        return default;
    }

    private static ValueTask Apply(RequestTransformContext context)
    {
        KeptEscapes.PutBack(context);
        if (context.HttpContext.Features.Get<ForwardAttempt>() is not { } attempt)
            return default;
        context.ProxyRequest.Options.Set(ForwardAttempt.OptionsKey, attempt);
        foreach (var name in NeverForwarded)
            context.ProxyRequest.Headers.Remove(name);

        if (attempt.Guarded is { } guarded)
        {
            var policy = guarded.Route.Policy.Key;
            context.ProxyRequest.Headers.Remove(policy.Header);
            if (policy.ForwardAs is { } name)
            {
                context.ProxyRequest.Headers.Remove(name);
                context.ProxyRequest.Headers.TryAddWithoutValidation(name, guarded.KeyForProvider);
            }
        }
        return default;
    }
}
