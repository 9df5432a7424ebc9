using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Intake;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// Lets a request whose body was already buffered be forwarded without a record. YARP is told that there is no body, and <see cref="OneShotHandler"/> sends the buffered copy once.
/// </summary>
internal sealed class SpooledBodyDetection : IHttpRequestBodyDetectionFeature
{
    private static readonly SpooledBodyDetection Instance = new();

    private SpooledBodyDetection()
    {
    }

    public bool CanHaveBody => false;

    /// <param name="guarded">Null for a request without a key.</param>
    public static void PutBack(HttpContext context, SpooledBody body, GuardedRequest? guarded)
    {
        context.Features.Set(new ForwardAttempt(body) { Guarded = guarded });
        context.Features.Set<IHttpRequestBodyDetectionFeature>(Instance);
    }
}
