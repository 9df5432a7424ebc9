using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.Intake;

/// <summary>The problem replies for a request body that could not be read to its end.</summary>
internal static class BrokenBody
{
    /// <param name="status">The status of Kestrel's exception.</param>
    public static ProblemReply ReplyTo(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => new(GatewayProblem.BodySlow, "The body arrived more slowly than the gateway allows.") { RetryAfter = LimitReached.Soon, CloseConnection = true },
        StatusCodes.Status413PayloadTooLarge => new(GatewayProblem.BodyTooLarge, "The body is larger than the gateway accepts.") { CloseConnection = true },
        _ => new(GatewayProblem.Malformed, "The body ended early, or its chunks cannot be read.") { CloseConnection = true },
    };
}
