using IdempotencyGateway.Problems;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Ties the outgoing message of a guarded request to its attempt, hands the key on under the name the policy gives it, and takes out what must never
/// reach a provider. Runs after the route's own transforms, so that none of them can undo it. On every route: whether a request is guarded is decided
/// once, at intake, and one that were not tied to its attempt would be sent as often as the HTTP client likes. The path is settled here for all of them.
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

    /// <summary>What the gateway says of a request that passes unguarded is there before its answer, and YARP puts a provider's headers of the same names beside it.</summary>
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
