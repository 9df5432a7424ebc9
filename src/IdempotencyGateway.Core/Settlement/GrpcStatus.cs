using System.Globalization;

namespace IdempotencyGateway.Core.Settlement;

/// <summary>
/// What gRPC says came of a call. Its HTTP status is 200 whatever that is, so an answer is judged by the one that google.rpc.Code gives the same outcome.
/// </summary>
public static class GrpcStatus
{
    /// <summary>Behind the answer's body, or in its head where there is none.</summary>
    public const string Field = "grpc-status";

    /// <param name="code">As it stands in <see cref="Field"/>. A number that gRPC does not know counts as UNKNOWN, as its clients read it.</param>
    /// <returns>Null when it is not a number.</returns>
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
