using System.Globalization;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Problems;
using Microsoft.Net.Http.Headers;

namespace IdempotencyGateway.Intake;

/// <summary>
/// When a client says that it sent its request first, as in OASIS Repeatable Requests. Without its word a retry that comes when the record has expired is a new request; with it, it is refused.
/// A record lives for its retention from when it was made, which is after the request was sent; so whatever was first sent within the retention is still known, as far as the client's
/// clock goes right.
/// </summary>
internal static class FirstSent
{
    /// <summary>How far a client's clock may be ahead. So much longer than the retention its last retry may come; with a clock that is further ahead no retry would ever be too late.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromSeconds(30);

    /// <returns>Null where the request says nothing of it, or that it is young enough.</returns>
    public static ProblemReply? FindProblem(IHeaderDictionary headers, GuardedRoute route, TimeProvider clock)
    {
        if (route.Policy.Key.FirstSent is not { } header || headers[header] is not { Count: > 0 } values)
            return null;
        var now = clock.GetUtcNow();
        if (values.Count > 1 || !HeaderUtilities.TryParseDate(values[0], out var sent))
        {
            return new(GatewayProblem.KeyInvalid, $"{header} has to be one date, as HTTP writes it, such as {now.ToString("R", CultureInfo.InvariantCulture)}: "
                + "when the request with this key was sent for the first time, the same on every retry.");
        }
        if (sent - now > MostAhead)
        {
            return new(GatewayProblem.KeyInvalid, $"By {header} the request will be sent first more than {DurationText.Format(MostAhead)} from now; here it is {now.ToString("R", CultureInfo.InvariantCulture)}. "
                + $"Set the client's clock right, or send no {header}. Nothing was sent.");
        }
        var retention = route.RetentionOf(sent);
        return now - sent <= retention
            ? null
            : new(GatewayProblem.KeyExpired, $"By {header} the request was sent first more than {DurationText.Format(retention)} ago, and its answer was kept no longer. "
                + "Whether it took effect cannot be told any more, so it was not sent: look at the provider, and use a new key for what is to be done anew.");
    }
}
