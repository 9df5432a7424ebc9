using System.Globalization;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Problems;
using Microsoft.Net.Http.Headers;

namespace IdempotencyGateway.Intake;

/// <summary>
/// Checks the time at which a client says that it first sent a request, as in OASIS Repeatable Requests. A retry that arrives after its record has expired would be executed as a new request;
/// with this time it is refused. A record is kept for the retention from its creation, which is later than the first sending. So a request that was first sent within the retention still has
/// its record, provided that the client's clock is right.
/// </summary>
internal static class FirstSent
{
    /// <summary>How far a client's clock may be ahead. A retry is recognised as too late only this much later; without a limit, a clock far ahead would make no retry too late.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromSeconds(30);

    /// <returns>Null when the request has no such time, or one within the retention.</returns>
    public static ProblemReply? FindProblem(IHeaderDictionary headers, GuardedRoute route, TimeProvider clock)
    {
        if (route.Policy.Key.FirstSent is not { } header || headers[header] is not { Count: > 0 } values)
            return null;
        var now = clock.GetUtcNow();
        if (values.Count > 1 || !HeaderUtilities.TryParseDate(values[0], out var sent))
        {
            return new(GatewayProblem.KeyInvalid, $"{header} must be exactly one HTTP date, such as {now.ToString("R", CultureInfo.InvariantCulture)}: "
                + "the time when the request with this key was first sent, the same on every retry.");
        }
        if (sent - now > MostAhead)
        {
            return new(GatewayProblem.KeyInvalid, $"{header} is more than {DurationText.Format(MostAhead)} in the future; the gateway's time is {now.ToString("R", CultureInfo.InvariantCulture)}. "
                + $"Correct the client's clock, or leave out {header}. Nothing was sent.");
        }
        var retention = route.RetentionOf(sent);
        return now - sent <= retention
            ? null
            : new(GatewayProblem.KeyExpired, $"{header} says that the request was first sent more than {DurationText.Format(retention)} ago, and answers are kept no longer than that. "
                + "Whether it was executed is no longer known, so it was not sent. Ask the provider what happened, and use a new key if the operation is still to be done.");
    }
}
