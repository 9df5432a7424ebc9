namespace IdempotencyGateway.Problems;

/// <summary>The gRPC status codes that the gateway's own answers use; the numbers are gRPC's.</summary>
public enum GrpcCode
{
    Unknown = 2,
    InvalidArgument = 3,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}
