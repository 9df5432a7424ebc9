using System.Security.Cryptography;
using System.Text.Unicode;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Records;
using Microsoft.Net.Http.Headers;

namespace IdempotencyGateway.Recording;

/// <summary>Decides how much of an answer a route's record keeps. When unsure it keeps less: a body that cannot be redacted, or whose type is unclear, is dropped.</summary>
internal static class AnswerKeeper
{
    private const string Untyped = "application/octet-stream";

    /// <param name="answer">The complete answer, without the headers that are never recorded.</param>
    public static RecordedAnswer Keep(RecordedResponse answer, RecordPolicy policy)
    {
        if (policy.Body == RecordBody.HashOnly)
        {
            return new RecordedAnswer.Tombstone(TombstoneReason.DigestOnly, answer.Status, answer.RecordedAt)
            {
                BodyDigest = Digest256.Read(SHA256.HashData(answer.Body.Span)),
                Verdict = answer.Verdict,
            };
        }
        if (answer.Body.IsEmpty)
            return new RecordedAnswer.Whole(answer);
        var type = TypeOf(answer);
        if (policy.Body == RecordBody.HeadersOnly || Covers(policy.DropTypes, type))
            return With(answer, KeptBody.Omitted, default);
        if (policy.Body != RecordBody.Redacted)
            return new RecordedAnswer.Whole(answer);
        return Redact(answer, policy, type) is { } redacted ? With(answer, KeptBody.Redacted, redacted) : With(answer, KeptBody.Omitted, default);
    }

    private static bool Covers(IReadOnlyList<TypePattern> types, ReadOnlySpan<char> type)
    {
        for (var i = 0; i < types.Count; i++)
        {
            if (types[i].Covers(type))
                return true;
        }
        return false;
    }

    private static byte[]? Redact(RecordedResponse answer, RecordPolicy policy, ReadOnlySpan<char> type)
    {
        var isCoded = ContentCoding.IsApplied(Values(answer, HeaderNames.ContentEncoding));
        return JsonMediaType.Is(type) && !isCoded ? policy.Redact.Redact(answer.Body.Span) : null;
    }

    /// <summary>The media type. Without a Content-Type it is text if the body is valid UTF-8; several or invalid ones count as unknown bytes.</summary>
    private static ReadOnlySpan<char> TypeOf(RecordedResponse answer)
    {
        string? only = null;
        for (var i = 0; i < answer.Headers.Count; i++)
        {
            var (name, value) = answer.Headers[i];
            if (!name.Equals(HeaderNames.ContentType, StringComparison.OrdinalIgnoreCase))
                continue;
            if (only is not null)
                return Untyped;
            only = value;
        }
        if (only is null)
            return Utf8.IsValid(answer.Body.Span) ? "text/plain" : Untyped;
        return MediaTypeHeaderValue.TryParse(only, out var parsed) && parsed.MediaType.HasValue ? parsed.MediaType.AsSpan() : Untyped;
    }

    private static RecordedAnswer.Whole With(RecordedResponse answer, KeptBody kept, ReadOnlyMemory<byte> body) => new(answer with
    {
        Kept = kept,
        Body = body,
        Headers = [.. answer.Headers.Where(header => RecordableHeaders.Holds(header.Key, kept))],
        Trailers = [.. answer.Trailers.Where(trailer => RecordableHeaders.Holds(trailer.Key, kept))],
    });

    private static IEnumerable<string> Values(RecordedResponse answer, string name) =>
        answer.Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value);
}
