using IdempotencyGateway.Core.Fingerprints;

namespace IdempotencyGateway.Configuration;

/// <summary>What makes two requests the same request.</summary>
public sealed record FingerprintPolicy
{
    public BodyForm Body { get; init; } = BodyForm.Auto;

    /// <summary>Header names, in lower case, that take part beside method, path, query and body.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>What of the body takes no part.</summary>
    public ExceptedParts Except { get; init; } = ExceptedParts.None;

    public OnMismatch OnMismatch { get; init; } = OnMismatch.Reject;

    /// <summary>The status for a key that was used with another request.</summary>
    public int MismatchStatus { get; init; } = 422;
}

public enum OnMismatch
{
    Reject,

    /// <summary>Key and body together name the operation.</summary>
    Separate,
}
