namespace IdempotencyGateway.Core.Fingerprints;

/// <param name="Form">The form in which the body was hashed; raw when it did not parse in the chosen form.</param>
public readonly record struct FingerprintResult(Fingerprint Fingerprint, BodyForm Form);
