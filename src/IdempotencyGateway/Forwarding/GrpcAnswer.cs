using System.Net;
using System.Net.Http.Headers;
using IdempotencyGateway.Core.Settlement;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// An answer in which gRPC says what came of the call, as the provider sent it, before any transform. gRPC-Web says it inside the body, where nobody here looks: it is an answer like others.
/// </summary>
internal sealed class GrpcAnswer
{
    private readonly HttpResponseMessage _answer;

    private GrpcAnswer(HttpResponseMessage answer) => _answer = answer;

    /// <returns>Null for another one. Under another HTTP status than 200 none is gRPC's: whoever sent it speaks HTTP.</returns>
    public static GrpcAnswer? From(HttpResponseMessage answer) =>
        answer.StatusCode == HttpStatusCode.OK
        && answer.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types)
        && IsGrpc(types.ToString())
            ? new(answer)
            : null;

    /// <summary>The status by which a client's answer is judged: gRPC's where it says one, else HTTP's.</summary>
    /// <returns>Null while gRPC has not said it, which it does behind the body.</returns>
    public static int? Judge(HttpResponse response)
    {
        if (response.StatusCode != StatusCodes.Status200OK || !IsGrpc(response.ContentType))
            return response.StatusCode;
        var trailers = response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        return (Find(trailers) ?? Find(response.Headers)) is { } code ? GrpcStatus.ToHttpStatus(code) : null;
    }

    /// <summary>To be read when the body has ended. Null when it was not said, or cannot be read.</summary>
    public int? HttpStatus => (Find(_answer.TrailingHeaders) ?? Find(_answer.Headers)) is { } code ? GrpcStatus.ToHttpStatus(code) : null;

    /// <param name="type">The content type itself, or with a suffix or parameters.</param>
    public static bool IsGrpc(string? type)
    {
        const string Native = "application/grpc";
        return type is not null
            && type.StartsWith(Native, StringComparison.OrdinalIgnoreCase)
            && (type.Length == Native.Length || type[Native.Length] is '+' or ';' or ' ');
    }

    /// <returns>More than one value, joined, is not a number.</returns>
    private static string? Find(HttpResponseHeaders fields) =>
        fields.NonValidated.TryGetValues(GrpcStatus.Field, out var codes) ? codes.ToString() : null;

    /// <inheritdoc cref="Find(HttpResponseHeaders)"/>
    private static string? Find(IHeaderDictionary? fields) =>
        fields is not null && fields.TryGetValue(GrpcStatus.Field, out var codes) ? codes.ToString() : null;
}
