using IdempotencyGateway.Core.Fingerprints;

namespace IdempotencyGateway.Configuration;

/// <summary>What is compared to tell a retry from another request under the same key.</summary>
public sealed record FingerprintPolicy
{
    public BodyForm Body { get; init; } = BodyForm.Auto;

    /// <summary>Names of headers, in lower case, that are compared in addition to method, path, query and body.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Parts of the body that are not compared.</summary>
    public ExceptedParts Except { get; init; } = ExceptedParts.None;

    public OnMismatch OnMismatch { get; init; } = OnMismatch.Reject;

    /// <summary>The status of the answer to a request whose key was used with another request.</summary>
    public int MismatchStatus { get; init; } = 422;
}

public enum OnMismatch
{
    Reject,

    /// <summary>Key and fingerprint together identify the operation, so both requests are executed.</summary>
    Separate,
}
