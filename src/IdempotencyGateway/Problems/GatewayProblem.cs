namespace IdempotencyGateway.Problems;

/// <summary>A kind of problem that the gateway itself can report to a client. The list is closed; each kind has a stable code, which is the fragment of its type URI.</summary>
/// <param name="Code">Stable; clients branch on it.</param>
/// <param name="Status">The usual HTTP status. A route may override those of <see cref="InProgress"/> and <see cref="KeyReused"/>.</param>
/// <param name="Grpc">The status for gRPC clients. A status that these retry by themselves (Unavailable) is only used for retryable problems.</param>
/// <param name="Retryable">Whether repeating the same request with the same key may give another answer and cannot execute twice.</param>
public sealed record GatewayProblem(string Code, int Status, GrpcCode Grpc, string Title, bool Retryable)
{
    public static readonly GatewayProblem KeyMissing = new("idempotency-key-missing", 400, GrpcCode.InvalidArgument, "An Idempotency-Key is required here", false);
    public static readonly GatewayProblem KeyInvalid = new("idempotency-key-invalid", 400, GrpcCode.InvalidArgument, "The Idempotency-Key cannot be read", false);
    public static readonly GatewayProblem KeyReused = new("idempotency-key-reused", 422, GrpcCode.InvalidArgument, "The Idempotency-Key was used for another request", false);
    public static readonly GatewayProblem KeyExpired = new("idempotency-key-expired", 412, GrpcCode.FailedPrecondition, "The Idempotency-Key is older than the time for which answers are kept; nothing was sent", false);
    public static readonly GatewayProblem InProgress = new("request-in-progress", 409, GrpcCode.Aborted, "The first request with this key is still under way", true);
    public static readonly GatewayProblem OutcomeUnknown = new("outcome-unknown", 409, GrpcCode.Unknown, "Nobody knows whether the request took effect", false);
    public static readonly GatewayProblem NotRetained = new("response-not-retained", 409, GrpcCode.AlreadyExists, "The provider answered this request, but the answer was not kept", false);
    public static readonly GatewayProblem Erased = new("response-erased", 410, GrpcCode.AlreadyExists, "The recorded answer was erased", false);
    public static readonly GatewayProblem StoreUnavailable = new("store-unavailable", 503, GrpcCode.Unavailable, "The store that remembers requests is unavailable; nothing was sent", true);
    public static readonly GatewayProblem BodyTooLarge = new("body-too-large", 413, GrpcCode.ResourceExhausted, "The request body is larger than this route allows", false);
    public static readonly GatewayProblem OutOfMemory = new("memory-budget-exhausted", 503, GrpcCode.Unavailable, "The gateway's memory for request bodies is used up; nothing was sent", true);
    public static readonly GatewayProblem BodySlow = new("body-too-slow", 408, GrpcCode.Unavailable, "The request body did not arrive in time", true);
    public static readonly GatewayProblem HeadSlow = new("head-too-slow", 408, GrpcCode.Unavailable, "The request's head did not arrive in time; nothing was sent", true);
    public static readonly GatewayProblem HeadTooLarge = new("head-too-large", 431, GrpcCode.ResourceExhausted, "The request's headers are more or larger than the gateway allows", false);
    public static readonly GatewayProblem TargetTooLong = new("target-too-long", 414, GrpcCode.ResourceExhausted, "The request line is longer than the gateway allows", false);
    public static readonly GatewayProblem Malformed = new("malformed-request", 400, GrpcCode.InvalidArgument, "The request is malformed or ambiguous", false);
    public static readonly GatewayProblem UpgradeRefused = new("upgrade-refused", 501, GrpcCode.Unimplemented, "Protocol upgrades are not possible on a guarded route", false);
    public static readonly GatewayProblem CallerUnknown = new("caller-unknown", 401, GrpcCode.Unauthenticated, "The caller is not identified", false);
    public static readonly GatewayProblem CallerUnverifiable = new("caller-unverifiable", 503, GrpcCode.Unavailable, "The caller's token cannot be verified now; nothing was sent", true);
    public static readonly GatewayProblem ProviderUnreachable = new("provider-unreachable", 502, GrpcCode.Unavailable, "The provider could not be reached; nothing was sent", true);
    public static readonly GatewayProblem NoAnswer = new("no-answer", 502, GrpcCode.Unknown, "The provider gave no answer, and there is no record of the request", false);
    public static readonly GatewayProblem NoBackend = new("no-backend", 422, GrpcCode.InvalidArgument, "No backend may take this request; nothing was sent", false);
    public static readonly GatewayProblem ConsentMissing = new("consent-missing", 403, GrpcCode.PermissionDenied, "The request must name a consent; nothing was sent", false);
    public static readonly GatewayProblem CallerLimit = new("caller-limit-reached", 429, GrpcCode.ResourceExhausted, "This caller has reached its limit; nothing was sent", true);
    public static readonly GatewayProblem GatewayLimit = new("gateway-limit-reached", 503, GrpcCode.Unavailable, "The gateway has reached its limit; nothing was sent", true);
    public static readonly GatewayProblem TooManyKeys = new("too-many-new-keys", 429, GrpcCode.ResourceExhausted, "This caller has used all the new keys that it may use for now; nothing was sent", true);
    public static readonly GatewayProblem Blocked = new("request-blocked", 403, GrpcCode.PermissionDenied, "The request was blocked; nothing was sent", false);
    public static readonly GatewayProblem GatewayFailed = new("gateway-failed", 500, GrpcCode.Internal, "The gateway failed; nothing was sent", true);
    public static readonly GatewayProblem NoRoute = new("no-route", 404, GrpcCode.Unimplemented, "No route matches this request", false);

    public static IReadOnlyList<GatewayProblem> All { get; } =
    [
        KeyMissing, KeyInvalid, KeyReused, KeyExpired, InProgress, OutcomeUnknown, NotRetained, Erased, StoreUnavailable, BodyTooLarge,
        OutOfMemory, BodySlow, HeadSlow, HeadTooLarge, TargetTooLong, Malformed, UpgradeRefused, CallerUnknown, CallerUnverifiable, ProviderUnreachable, NoAnswer, NoBackend, Blocked,
        NoRoute, CallerLimit, GatewayLimit, TooManyKeys, ConsentMissing, GatewayFailed,
    ];
}
