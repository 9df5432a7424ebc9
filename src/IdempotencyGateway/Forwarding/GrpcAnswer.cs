using System.Net;
using System.Net.Http.Headers;
using IdempotencyGateway.Core.Settlement;

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

    /// <summary>To be read when the body has ended. Null when it was not said, or cannot be read.</summary>
    public int? HttpStatus => (Find(_answer.TrailingHeaders) ?? Find(_answer.Headers)) is { } code ? GrpcStatus.ToHttpStatus(code) : null;

    /// <summary>The type itself, or with a suffix or parameters.</summary>
    private static bool IsGrpc(string type)
    {
        const string Native = "application/grpc";
        return type.StartsWith(Native, StringComparison.OrdinalIgnoreCase) && (type.Length == Native.Length || type[Native.Length] is '+' or ';' or ' ');
    }

    /// <returns>More than one value, joined, is not a number.</returns>
    private static string? Find(HttpResponseHeaders fields) =>
        fields.NonValidated.TryGetValues(GrpcStatus.Field, out var codes) ? codes.ToString() : null;
}
