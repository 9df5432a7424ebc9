using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace IdempotencyGateway.Problems;

/// <summary>The headers that the gateway adds to answers on guarded routes, and their values.</summary>
public static class GuardedHeaders
{
    public const string Status = "Idempotency-Status";
    public const string Key = "Idempotency-Key";
    public const string Replayed = "Idempotent-Replayed";
    public const string Body = "Idempotency-Body";
    public const string Expires = "Idempotency-Expires";

    /// <summary>This request reached the provider. Its answer is recorded, or is not final on this route and freed the key.</summary>
    public const string Executed = "executed";

    /// <summary>The recorded answer of an earlier request.</summary>
    public const string FromRecord = "replayed";

    /// <summary>The provider's answer, which is not in the store yet. A retry may get <c>outcome-unknown</c>.</summary>
    public const string Unrecorded = "unrecorded";

    /// <summary>The request was forwarded without protection, as the route allows.</summary>
    public const string Unguarded = "unguarded";

    /// <summary>The body was JSON, and the route redacts parts of it before it is recorded.</summary>
    public const string Redacted = "redacted";

    /// <summary>There was a body, which the route does not record.</summary>
    public const string Omitted = "omitted";

    private static readonly StringValues ExposedToBrowsers = $"{Key}, {Status}, {Replayed}, {Body}, {Expires}";

    /// <param name="status">One of the values above; null where none applies.</param>
    /// <param name="key">The key as the client spelled it; null where there was none.</param>
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

    /// <param name="expires">When the record expires; written in whole seconds, rounded down. Null where there is no record: this also removes such a header of the provider's.</param>
    public static void AddExpiry(HttpContext context, DateTimeOffset? expires) =>
        context.Response.Headers[Expires] = expires?.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Where the gateway has marked a request as unguarded, removes values that others have appended to its headers.</summary>
    public static void KeepOwn(IHeaderDictionary headers)
    {
        if (headers[Status] is not [Unguarded, ..])
            return;
        headers[Status] = Unguarded;
        if (headers[Key] is [var key, _, ..])
            headers[Key] = key;
    }
}
