using IdempotencyGateway.Exchange;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// On guarded routes, ties the outgoing message to its attempt, hands the key on under the name the policy gives it, and takes out what must never
/// reach a provider. Runs after the route's own transforms, so that none of them can undo it.
/// </summary>
internal sealed class GuardedRequestTransform : ITransformProvider
{
    public const string PolicyMetadata = "Idempotency";

    private static readonly string[] NeverForwarded = ["X-Content-Length", "Upgrade", "Expect"];

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        if (context.Route.Metadata?.ContainsKey(PolicyMetadata) == true)
            context.AddRequestTransform(Apply);
    }

    private static ValueTask Apply(RequestTransformContext context)
    {
        if (context.HttpContext.Features.Get<ForwardAttempt>() is not { } attempt)
            return default;
        context.ProxyRequest.Options.Set(ForwardAttempt.OptionsKey, attempt);
        foreach (var name in NeverForwarded)
            context.ProxyRequest.Headers.Remove(name);

        if (context.HttpContext.Features.Get<GuardedRequest>() is { } guarded)
        {
            var policy = guarded.Route.Policy.Key;
            context.ProxyRequest.Headers.Remove(policy.Header);
            if (policy.ForwardAs is { } name)
            {
                context.ProxyRequest.Headers.Remove(name);
                context.ProxyRequest.Headers.TryAddWithoutValidation(name, guarded.KeyAsSent);
            }
        }
        return default;
    }
}
