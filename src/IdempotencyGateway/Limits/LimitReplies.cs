using System.Globalization;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Limits;

/// <summary>The problem replies for limits: 429 for the caller's own limit, 503 for the gateway's total, and when to try again.</summary>
public sealed class LimitReplies(GatewayMetrics metrics)
{
    /// <summary>Makes the reply and counts the refusal.</summary>
    public ProblemReply ReplyTo(LimitReached reached)
    {
        metrics.LimitReached(reached.Thing, reached.OfCaller);
        return new(ProblemOf(reached), Explain(reached)) { RetryAfter = reached.RetryAfter };
    }

    private static GatewayProblem ProblemOf(LimitReached reached) => reached switch
    {
        { Thing: LimitedThing.NewKeys } => GatewayProblem.TooManyKeys,
        { OfCaller: true } => GatewayProblem.CallerLimit,
        { Thing: LimitedThing.BufferedBodies } => GatewayProblem.OutOfMemory,
        _ => GatewayProblem.GatewayLimit,
    };

    private static string Explain(LimitReached reached)
    {
        var limit = reached.Limit.ToString(CultureInfo.InvariantCulture);
        return reached switch
        {
            { Thing: LimitedThing.NewKeys } => $"This caller has used {limit} new keys in the present window. Requests with earlier keys are answered; this one was not sent.",
            { Thing: LimitedThing.BufferedBodies, OfCaller: true } => $"The gateway holds {limit} bytes of this caller's request bodies at most; repeat the request with the same key.",
            { Thing: LimitedThing.BufferedBodies } => "The gateway holds as many request bodies as it may; repeat the request with the same key.",
            { OfCaller: true } => $"This caller has {limit} {NameOf(reached.Thing)}, and may not have more at once. Nothing was sent; repeat the request with the same key.",
            _ => $"The gateway has {limit} {NameOf(reached.Thing)}, and takes no more at once. Nothing was sent; repeat the request with the same key.",
        };
    }

    private static string NameOf(LimitedThing thing) => thing switch
    {
        LimitedThing.Connections => "connections",
        LimitedThing.Requests => "requests under way",
        LimitedThing.Executions => "requests on their way to the provider",
        LimitedThing.Waiters => "requests waiting for the answer of another",
        _ => throw new InvalidOperationException($"no name for {thing}"),
    };
}
