namespace IdempotencyGateway.Core.Fingerprints;

/// <param name="Form">The form the body really took part in; raw when it did not parse as the form chosen for it.</param>
public readonly record struct FingerprintResult(Fingerprint Fingerprint, BodyForm Form);
