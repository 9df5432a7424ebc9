using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Problems;

/// <summary>A problem as it is reported for one request.</summary>
/// <param name="Detail">What happened to this request and what to do about it, for a developer.</param>
public sealed record ProblemReply(GatewayProblem Problem, string Detail)
{
    /// <summary>Overrides the problem's usual status.</summary>
    public int? Status { get; init; }

    /// <summary>Overrides the problem's usual <see cref="GatewayProblem.Retryable"/>.</summary>
    public bool? Retryable { get; init; }

    /// <summary>How long to wait before a retry; sent in whole seconds, at least one.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The WWW-Authenticate challenge: how the client can authenticate (RFC 9110 §11.6.1).</summary>
    public string? Challenge { get; init; }

    /// <summary>The Allow header: the methods that are allowed, for a 405 (RFC 9110 §15.5.6).</summary>
    public string? Allow { get; init; }

    /// <summary>The provider's status, where it is known but its answer is not.</summary>
    public int? ProviderStatus { get; init; }

    /// <summary>The Idempotency-Status header: one of the values in <see cref="GuardedHeaders"/>; null where none applies.</summary>
    public string? IdempotencyStatus { get; init; }

    /// <summary>SHA-256 of the provider's body, where the record has it in place of the body; sent in the format of RFC 9530.</summary>
    public Digest256? ProviderBodyDigest { get; init; }

    /// <summary>Close the connection, because its framing cannot be trusted or the request's body was left unread.</summary>
    public bool CloseConnection { get; init; }
}
