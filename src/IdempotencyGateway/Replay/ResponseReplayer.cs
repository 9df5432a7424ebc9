using System.Globalization;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;
using Microsoft.Extensions.Primitives;

namespace IdempotencyGateway.Replay;

/// <summary>Sends a recorded answer to a client as the provider gave it (status, headers, body, trailers), with its age.</summary>
public sealed class ResponseReplayer(TimeProvider clock)
{
    /// <param name="status">See <see cref="GuardedHeaders"/>.</param>
    /// <param name="expires">When the record expires, for the client's information; null to send nothing.</param>
    public async Task ReplayAsync(HttpContext context, RecordedResponse recorded, string status, string key, DateTimeOffset? expires)
    {
        using var span = Tracing.Replay(recorded.Trace);
        var response = context.Response;
        response.StatusCode = recorded.Status;
        var headers = response.Headers;
        foreach (var (name, value) in recorded.Headers)
            headers[name] = StringValues.Concat(headers[name], value); // Append leaves empty values out
        if (headers.Date.Count == 0)
            headers.Date = recorded.RecordedAt.ToString("R", CultureInfo.InvariantCulture);
        var age = clock.GetUtcNow() - recorded.RecordedAt;
        headers.Age = Math.Max(0, (long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        headers[GuardedHeaders.Replayed] = "true";
        if (NameOf(recorded.Kept) is { } kept)
            headers[GuardedHeaders.Body] = kept;
        GuardedHeaders.Add(context, status, key);
        if (expires is not null)
            GuardedHeaders.AddExpiry(context, expires);
        await AnswerBody.WriteAsync(context, recorded.Body, recorded.Trailers);
    }

    /// <returns>The value of Idempotency-Body; null when the body is the provider's own.</returns>
    private static string? NameOf(KeptBody kept) => kept switch
    {
        KeptBody.Whole => null,
        KeptBody.Redacted => GuardedHeaders.Redacted,
        KeptBody.Omitted => GuardedHeaders.Omitted,
        _ => throw new InvalidOperationException($"no name for {kept}"),
    };
}
