using System.Net;
using System.Net.Http.Headers;
using IdempotencyGateway.Core.Settlement;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// A provider's gRPC answer, read before any transform. Its outcome is in grpc-status, not in the HTTP status. gRPC-Web carries grpc-status inside the body, which is not parsed
/// here, so its answers are judged by their HTTP status.
/// </summary>
internal sealed class GrpcAnswer
{
    private readonly HttpResponseMessage _answer;

    private GrpcAnswer(HttpResponseMessage answer) => _answer = answer;

    /// <returns>Null if the answer is not gRPC. With an HTTP status other than 200 it comes from plain HTTP, such as a proxy's error, whatever its content type.</returns>
    public static GrpcAnswer? From(HttpResponseMessage answer) =>
        answer.StatusCode == HttpStatusCode.OK
        && answer.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types)
        && IsGrpc(types.ToString())
            ? new(answer)
            : null;

    /// <summary>The status by which the client's response is judged: for gRPC, grpc-status as an HTTP status; else the HTTP status.</summary>
    /// <returns>Null while grpc-status, which is in the trailers, has not arrived.</returns>
    public static int? Judge(HttpResponse response)
    {
        if (response.StatusCode != StatusCodes.Status200OK || !IsGrpc(response.ContentType))
            return response.StatusCode;
        var trailers = response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        return (Find(trailers) ?? Find(response.Headers)) is { } code ? GrpcStatus.ToHttpStatus(code) : null;
    }

    /// <summary>grpc-status as an HTTP status. Read it only after the body has ended. Null when grpc-status is missing or malformed.</summary>
    public int? HttpStatus => (Find(_answer.TrailingHeaders) ?? Find(_answer.Headers)) is { } code ? GrpcStatus.ToHttpStatus(code) : null;

    /// <param name="type">A content type; it may have a suffix (+proto) or parameters.</param>
    public static bool IsGrpc(string? type)
    {
        const string Native = "application/grpc";
        return type is not null
            && type.StartsWith(Native, StringComparison.OrdinalIgnoreCase)
            && (type.Length == Native.Length || type[Native.Length] is '+' or ';' or ' ');
    }

    /// <returns>Null when absent. Several values come joined, which is not a number and so counts as malformed.</returns>
    private static string? Find(HttpResponseHeaders fields) =>
        fields.NonValidated.TryGetValues(GrpcStatus.Field, out var codes) ? codes.ToString() : null;

    /// <inheritdoc cref="Find(HttpResponseHeaders)"/>
    private static string? Find(IHeaderDictionary? fields) =>
        fields is not null && fields.TryGetValue(GrpcStatus.Field, out var codes) ? codes.ToString() : null;
}
