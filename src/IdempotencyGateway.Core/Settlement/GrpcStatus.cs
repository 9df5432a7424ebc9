using System.Globalization;

namespace IdempotencyGateway.Core.Settlement;

/// <summary>
/// Maps gRPC status codes to HTTP statuses. The HTTP status of a gRPC answer is always 200, so the answer is judged by the HTTP status that google.rpc.Code documents for its code.
/// </summary>
public static class GrpcStatus
{
    /// <summary>The trailer with the status; a header in an answer without a body.</summary>
    public const string Field = "grpc-status";

    /// <param name="code">The value of <see cref="Field"/>. A number that gRPC does not define counts as UNKNOWN, as for gRPC clients.</param>
    /// <returns>Null when the value is not a number.</returns>
    public static int? ToHttpStatus(string code)
    {
        if (code.Length == 0 || !code.All(char.IsAsciiDigit))
            return null;
        return int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? ToHttpStatus(number) : 500;
    }

    private static int ToHttpStatus(int code) => code switch
    {
        0 => 200, // OK
        1 => 499, // CANCELLED
        2 => 500, // UNKNOWN
        3 => 400, // INVALID_ARGUMENT
        4 => 504, // DEADLINE_EXCEEDED
        5 => 404, // NOT_FOUND
        6 => 409, // ALREADY_EXISTS
        7 => 403, // PERMISSION_DENIED
        8 => 429, // RESOURCE_EXHAUSTED
        9 => 400, // FAILED_PRECONDITION
        10 => 409, // ABORTED
        11 => 400, // OUT_OF_RANGE
        12 => 501, // UNIMPLEMENTED
        13 => 500, // INTERNAL
        14 => 503, // UNAVAILABLE
        15 => 500, // DATA_LOSS
        16 => 401, // UNAUTHENTICATED
        _ => 500,
    };
}
