using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Intake;

/// <summary>The words for a request body that did not arrive as its client announced it.</summary>
internal static class BrokenBody
{
    /// <param name="status">The one that Kestrel has for it.</param>
    public static ProblemReply Tell(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => new(GatewayProblem.BodySlow, "The body arrived more slowly than the gateway waits for.") { RetryAfter = LimitReached.Soon, CloseConnection = true },
        StatusCodes.Status413PayloadTooLarge => new(GatewayProblem.BodyTooLarge, "The body is larger than the gateway takes.") { CloseConnection = true },
        _ => new(GatewayProblem.Malformed, "The body ended early, or its chunks cannot be read.") { CloseConnection = true },
    };
}
