using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Problems;

/// <summary>One problem as it happened to one request.</summary>
/// <param name="Detail">What happened here and what to do about it, for the developer who reads it.</param>
public sealed record ProblemReply(GatewayProblem Problem, string Detail)
{
    /// <summary>Overrides the problem's usual status.</summary>
    public int? Status { get; init; }

    /// <summary>Overrides whether a repetition makes sense.</summary>
    public bool? Retryable { get; init; }

    /// <summary>When a repetition makes sense; sent in whole seconds, at least one.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What a client could authenticate with (RFC 9110 §11.6.1).</summary>
    public string? Challenge { get; init; }

    /// <summary>The methods that there are, where the request's is none of them (RFC 9110 §15.5.6).</summary>
    public string? Allow { get; init; }

    /// <summary>The provider's status, where it is known but its answer is not.</summary>
    public int? ProviderStatus { get; init; }

    /// <summary>One of <see cref="GuardedHeaders"/>' values, or null where none is true.</summary>
    public string? IdempotencyStatus { get; init; }

    /// <summary>SHA-256 of the provider's body, where that is kept in its place; sent as RFC 9530 writes it.</summary>
    public Digest256? ProviderBodyDigest { get; init; }

    /// <summary>The connection's framing is not to be trusted, or its body was left unread: close it.</summary>
    public bool CloseConnection { get; init; }
}
