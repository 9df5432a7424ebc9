using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace IdempotencyGateway.Problems;

/// <summary>What the gateway adds to every answer on a guarded route.</summary>
public static class GuardedHeaders
{
    public const string Status = "Idempotency-Status";
    public const string Key = "Idempotency-Key";
    public const string Replayed = "Idempotent-Replayed";
    public const string Body = "Idempotency-Body";
    public const string Expires = "Idempotency-Expires";

    /// <summary>This request reached the provider, its answer is recorded (or freed the key, as the route says).</summary>
    public const string Executed = "executed";

    /// <summary>The recorded answer of an earlier request.</summary>
    public const string FromRecord = "replayed";

    /// <summary>The provider's answer, which the store could not take yet: a retry may find it in doubt.</summary>
    public const string Unrecorded = "unrecorded";

    /// <summary>Forwarded without protection, as the route allows.</summary>
    public const string Unguarded = "unguarded";

    /// <summary>The body was JSON, and the route takes parts of it out of what it keeps.</summary>
    public const string Redacted = "redacted";

    /// <summary>There was a body, and the route does not keep it.</summary>
    public const string Omitted = "omitted";

    private static readonly StringValues ExposedToBrowsers = $"{Key}, {Status}, {Replayed}, {Body}, {Expires}";

    /// <param name="status">One of the values above, or null where none is true.</param>
    /// <param name="key">The client's key as it was spelled, or null where there was none.</param>
    public static void Add(HttpContext context, string? status, string? key)
    {
        var headers = context.Response.Headers;
        if (status is not null)
            headers[Status] = status;
        if (key is not null)
            headers[Key] = key;
        if (context.Request.Headers.Origin.Count > 0)
            headers.AccessControlExposeHeaders = StringValues.Concat(headers.AccessControlExposeHeaders, ExposedToBrowsers);
    }

    /// <param name="expires">When the key will be forgotten, rounded down to a whole second. Null where it is not remembered: then nobody else says so in the gateway's words either.</param>
    public static void AddExpiry(HttpContext context, DateTimeOffset? expires) =>
        context.Response.Headers[Expires] = expires?.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Where the gateway has said that a request is unguarded, takes out what was said by others behind it.</summary>
    public static void KeepOwn(IHeaderDictionary headers)
    {
        if (headers[Status] is not [Unguarded, ..])
            return;
        headers[Status] = Unguarded;
        if (headers[Key] is [var key, _, ..])
            headers[Key] = key;
    }
}
